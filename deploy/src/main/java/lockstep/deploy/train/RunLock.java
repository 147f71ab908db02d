package lockstep.deploy.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

import lockstep.common.UserError;

/** The lock of a run's directory, or of fetched data, a file in it. It is the process's: it goes when the process does, however that ends. */
final class RunLock implements AutoCloseable {
    static final String FILE = ".lock";

    private final Path directory;
    private final FileChannel channel;
    /** Of the locked file: another one under its name is another process's lock. */
    private final String key;

    private RunLock(Path directory, FileChannel channel) throws IOException {
        this.directory = directory;
        this.channel = channel;
        this.key = key(directory);
    }

    /** @throws UserError when another process has it */
    static RunLock take(Path directory) throws IOException {
        return tryTake(directory)
            .orElseThrow(() -> new UserError(directory + ": in use by another trainer, expected a directory of this run's own"));
    }

    /** Returns nothing when another process has it. */
    static Optional<RunLock> tryTake(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new RunLock(directory, channel));
            }
        } catch (OverlappingFileLockException e) {
            // this process has it by another channel
        }
        channel.close();
        return Optional.empty();
    }

    /** Has it in any case: where another process does, the lock becomes another file, and {@link #isHeld} tells that process. */
    static RunLock takeOver(Path directory) throws IOException {
        Optional<RunLock> free = tryTake(directory);
        if (free.isPresent()) {
            return free.get();
        }
        Path beside = directory.resolve(FILE + "-" + ProcessHandle.current().pid());
        FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        Files.move(beside, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        return new RunLock(directory, channel);
    }

    /** Whether it is still this process's. */
    boolean isHeld() {
        try {
            return key.equals(key(directory));
        } catch (IOException e) {
            return false; // the lock's file is gone
        }
    }

    /** Whether another process has it. */
    static boolean isInUse(Path directory) {
        try (FileChannel channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false; // no lock, no process
        }
    }

    private static String key(Path directory) throws IOException {
        return String.valueOf(Files.readAttributes(directory.resolve(FILE), BasicFileAttributes.class).fileKey());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
