package lockstep.common.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;

/** A file that is read at once, and therefore may have a bounded size only. */
public final class SmallFile {
    private SmallFile() {}

    /**
     * All bytes of a file.
     *
     * @param largestBytes of what it may have
     * @param expected what it should be, for the error: "a JSON object"
     * @throws UserError when it can't be read, or is no file, or is larger
     */
    public static byte[] read(Path file, int largestBytes, String expected) {
        FileErrors.requireRegular(file);
        try {
            long bytes = Files.size(file);
            if (bytes > largestBytes) {
                throw new UserError(file + ": size: found " + bytes + " bytes, expected " + expected + " of at most " + largestBytes);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }
}
