package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import lockstep.common.UserError;

/** The 256 little-endian ints that every llm.c file starts with. */
final class Header {
    static final int BYTES = 1024;

    static final int MODEL = 20240326;
    static final int DEBUG_STATE = 20240327;
    static final int TOKENIZER = 20240328;
    static final int GPT2_TOKENS = 20240520;
    static final int HELLASWAG = 20240522;
    static final int OPTIMIZER_STATE = 20240527;
    static final int LLAMA3_TOKENS = 20240801;

    private final Path path;
    private final ByteBuffer bytes;

    private Header(Path path, ByteBuffer bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** An empty header to be filled and written. */
    static Header empty(Path path) {
        return new Header(path, ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    static Header read(Path path, FileChannel channel) throws IOException {
        if (channel.size() < BYTES) {
            throw new UserError(
                path + ": size: found " + channel.size() + " bytes, expected a header of " + BYTES + " at least; this is no file of ours");
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until the header is whole
        }
        return new Header(path, bytes);
    }

    Path path() {
        return path;
    }

    int at(int index) {
        return bytes.getInt(index * Integer.BYTES);
    }

    Header set(int index, int value) {
        bytes.putInt(index * Integer.BYTES, value);
        return this;
    }

    void write(FileChannel channel) throws IOException {
        ByteBuffer source = bytes.duplicate().position(0);
        long position = 0;
        while (source.hasRemaining()) {
            position += channel.write(source, position);
        }
        channel.position(BYTES);
    }

    void requireMagic(int expected, String kind) {
        if (at(0) != expected) {
            throw wrong("magic", at(0), expected + ", " + kind);
        }
    }

    /** The value of a field that counts something: positive. */
    int positive(int index, String field) {
        if (at(index) <= 0) {
            throw wrong(field, at(index), "a number > 0");
        }
        return at(index);
    }

    /** @param expected bytes that the header implies */
    void requireSize(long found, long expected) {
        if (found != expected) {
            String what = found < expected ? (expected - found) + " are missing: the file is truncated" : (found - expected) + " too many";
            throw new UserError(path + ": size: found " + found + " bytes, expected " + expected + " by its header; " + what);
        }
    }

    /** @param expected bytes that the file must have for what comes next to be in it */
    void requireAtLeast(long found, long expected) {
        if (found < expected) {
            throw new UserError(path + ": size: found " + found + " bytes, expected at least " + expected + "; the file is truncated");
        }
    }

    UserError wrong(String field, Object found, String expected) {
        return new UserError(path + ": " + field + ": found " + found + ", expected " + expected);
    }
}
