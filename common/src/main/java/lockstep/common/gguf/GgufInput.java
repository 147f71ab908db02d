package lockstep.common.gguf;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;

/** A file's bytes from its beginning, little-endian. No length that stands in it is believed beyond the file's end. */
final class GgufInput implements AutoCloseable {
    private final Path file;
    private final long size;
    private final InputStream in;
    private long position;

    private GgufInput(Path file, long size, InputStream in) {
        this.file = file;
        this.size = size;
        this.in = in;
    }

    static GgufInput open(Path file) throws IOException {
        return new GgufInput(file, Files.size(file), new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    long size() {
        return size;
    }

    long position() {
        return position;
    }

    /** @param what is read, for the error */
    int int8(String what) throws IOException {
        return bytes(1, what).get();
    }

    int int16(String what) throws IOException {
        return bytes(Short.BYTES, what).getShort();
    }

    int int32(String what) throws IOException {
        return bytes(Integer.BYTES, what).getInt();
    }

    long int64(String what) throws IOException {
        return bytes(Long.BYTES, what).getLong();
    }

    /** @return a number of things that take at least so many bytes each, all of which have to be in the file */
    long count(String what, long bytesEach) throws IOException {
        long count = int64(what);
        if (count < 0 || count > (size - position) / bytesEach) {
            throw wrong(what, Long.toUnsignedString(count), "at most as many as the " + (size - position) + " bytes behind it can hold");
        }
        return count;
    }

    /**
     * A text, of which at most so many bytes are kept.
     *
     * @param maxBytes kept of it
     */
    String text(String what, int maxBytes) throws IOException {
        long length = count(what + " length", 1);
        int kept = (int) Math.min(length, maxBytes);
        String text = new String(bytes(kept, what).array(), StandardCharsets.UTF_8);
        skip(length - kept, what);
        return kept < length ? text + "…" : text;
    }

    void skip(long bytes, String what) throws IOException {
        if (bytes < 0 || bytes > size - position) {
            throw wrong(what, bytes + " bytes from " + position + " on", "the end of it before that of the file, at " + size);
        }
        in.skipNBytes(bytes);
        position += bytes;
    }

    private ByteBuffer bytes(int count, String what) throws IOException {
        byte[] bytes = in.readNBytes((int) Math.min(count, size - position));
        if (bytes.length < count) {
            throw wrong(what, "the end of the file at " + size, "more of it: the file is cut off");
        }
        position += count;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    UserError wrong(String field, Object found, String expected) {
        return new UserError(file + ": " + field + ": found " + found + ", expected " + expected);
    }

    /** A file that became shorter meanwhile. */
    UserError shortened(EOFException e) {
        return new UserError(file + ": size: found less than the " + size + " bytes that there were when it was opened", e);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
