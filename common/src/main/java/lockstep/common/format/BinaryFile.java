package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The one way in which a file with a {@link Header} is opened. */
final class BinaryFile {
    private BinaryFile() {}

    /** Reads what follows the header, or maps it: a mapping outlives the channel. */
    @FunctionalInterface
    interface Body<T> {
        T read(Header header, FileChannel channel) throws IOException;
    }

    /**
     * @param wanted what the file should be, to say what to do with another one
     * @throws UserError for whatever the operating system says against it, and for a file of another kind
     */
    static <T> T read(Path path, ForeignFile.Wanted wanted, Body<T> body) {
        FileErrors.requireRegular(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return body.read(Header.read(path, channel, wanted), channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }
}
