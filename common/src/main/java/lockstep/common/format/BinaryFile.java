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

    /** @throws UserError for whatever the operating system says against it */
    static <T> T read(Path path, Body<T> body) {
        FileErrors.requireRegular(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return body.read(Header.read(path, channel), channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }
}
