package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Some bytes of a file that another process may be writing.
 *
 * @param fileBytes size of the whole file at that moment
 * @param bytes those from the asked place on: none behind the file's end
 */
public record FileSlice(long fileBytes, byte[] bytes) {
    /** The most that one message of the cluster carries. */
    public static final int MAX_BYTES = 1 << 18;

    /**
     * Reads no more than asked for, and allocates no more than there is.
     *
     * @param offset of the first byte, at least 0
     * @param maxBytes at least 1
     * @return nothing where there is no such file
     */
    public static Optional<FileSlice> read(Path path, long offset, int maxBytes) throws IOException {
        if (offset < 0 || maxBytes < 1) {
            throw new IllegalArgumentException("offset must be >= 0 and maxBytes > 0: offset=" + offset + ", maxBytes=" + maxBytes);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(size - offset, 0, maxBytes));
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = channel.read(bytes, offset + bytes.position());
            }
            return Optional.of(new FileSlice(size, Arrays.copyOf(bytes.array(), bytes.position())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
