package lockstep.common.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import lockstep.common.UserError;

/** Turns a source into shards, or says why not in one line. */
@FunctionalInterface
interface Preparation {
    CorpusResult write() throws IOException;

    /**
     * @param outDir where nothing is to be left of a preparation that fails
     * @throws UserError for whatever the source, the operating system or an interrupt says against it
     */
    static CorpusResult run(Path source, Path outDir, Preparation preparation) {
        try {
            return preparation.write();
        } catch (UserError e) {
            throw Thread.currentThread().isInterrupted() ? interrupted(outDir, e) : e;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(outDir, e);
            }
            throw new UserError("preparing " + source + " into " + outDir + " failed: " + reason(e), e);
        }
    }

    private static UserError interrupted(Path outDir, Exception e) {
        return new UserError("interrupted; nothing was written to " + outDir, e);
    }

    /** An IOException's message alone often is no more than a path. */
    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException failure -> failure.getFile() + ": no such file or directory";
            case AccessDeniedException failure -> failure.getFile() + ": permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getFile() + ": " + failure.getReason();
            default -> e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        };
    }
}
