package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import lockstep.common.UserError;

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
        requireRegular(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return body.read(Header.read(path, channel), channel);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /** Opening a pipe would wait for its writer, and a directory has a size of its own; neither can be mapped. */
    static void requireRegular(Path path) {
        if (Files.isDirectory(path)) {
            throw new UserError(path + ": is a directory, expected a file");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new UserError(path + ": is a pipe or a device, expected a file");
        }
    }
}
