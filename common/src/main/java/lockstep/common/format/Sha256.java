package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal. */
public final class Sha256 {
    private static final int BUFFER_BYTES = 1 << 20;

    private Sha256() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns the SHA-256 of bytes. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(newDigest().digest(bytes));
    }

    /** Returns the SHA-256 of a whole file. */
    public static String of(Path file) {
        return from(file, 0);
    }

    /** Returns the SHA-256 of a file's bytes from a position to its end. */
    static String from(Path file, long position) {
        MessageDigest digest = newDigest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // most files of a run are small: a buffer of a megabyte would cost more than what it reads
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.clamp(channel.size() - position, 1, BUFFER_BYTES));
            channel.position(position);
            while (channel.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the SHA-256 of the little-endian bytes of some arrays, one after another. */
    static String of(float[]... arrays) {
        MessageDigest digest = newDigest();
        for (float[] values : arrays) {
            Floats.forEachStage(values, digest::update);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
