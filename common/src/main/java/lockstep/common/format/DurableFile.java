package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;

/**
 * Writes a file so that a reader sees all of it or nothing, whatever dies meanwhile: under a temporary name beside its target, fsync, atomic rename, fsync of the
 * directory.
 */
public final class DurableFile {
    private static final Logger LOG = LoggerFactory.getLogger(DurableFile.class);

    private DurableFile() {}

    /** Writes the content. */
    @FunctionalInterface
    public interface Body {
        void write(FileChannel channel) throws IOException;
    }

    /** Content that is there already. */
    public static Body content(byte[] bytes) {
        return channel -> {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                channel.write(source);
            }
        };
    }

    /** @throws UserError when the target exists, or the disk is full, or the directory may not be written */
    public static void create(Path target, Body body) {
        if (Files.exists(target)) {
            throw FileErrors.translate(target, new FileAlreadyExistsException(target.toString()));
        }
        replace(target, body);
    }

    /** Like {@link #create}, but takes the place of an existing file. */
    public static void replace(Path target, Body body) {
        if (Files.isDirectory(target)) {
            throw new UserError(target + ": is a directory, expected a file");
        }
        Path temporary = temporary(target);
        try {
            writeAndSync(temporary, body);
            moveInto(temporary, target);
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /** The name beside the target under which this process writes it. */
    static Path temporary(Path target) {
        return target.resolveSibling(target.getFileName() + ".tmp-" + ProcessHandle.current().pid());
    }

    /** Writes a file under its final name and forces it to disk: for directories that are renamed as a whole. */
    public static void writeAndSync(Path file, Body body) throws IOException {
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            body.write(channel);
            channel.force(true);
        }
    }

    /** Renames a complete, synced file or directory and makes the renaming durable. */
    public static void moveInto(Path temporary, Path target) throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(target.toAbsolutePath().getParent());
    }

    /** Forces a directory's entries to disk. Some systems cannot open a directory, or not sync it; there the rename alone has to do. */
    public static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            sync(directory, channel);
        } catch (IOException e) {
            LOG.debug("cannot open directory {} to sync it: {}", directory, e.toString());
        }
    }

    private static void sync(Path directory, FileChannel channel) {
        try {
            channel.force(true);
        } catch (IOException e) {
            LOG.warn("cannot sync directory {}: {}; what was written there may be lost when the power fails", directory, e.toString());
        }
    }

    static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", temporary, e.toString());
        }
    }
}
