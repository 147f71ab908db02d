package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

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
    private static final List<Integer> MAGICS =
        List.of(MODEL, DEBUG_STATE, TOKENIZER, GPT2_TOKENS, HELLASWAG, OPTIMIZER_STATE, LLAMA3_TOKENS);

    private final Path path;
    private final ByteBuffer bytes;
    private final ForeignFile.Wanted wanted;

    private Header(Path path, ByteBuffer bytes, ForeignFile.Wanted wanted) {
        this.path = path;
        this.bytes = bytes;
        this.wanted = wanted;
    }

    /** An empty header to be filled and written. */
    static Header empty(Path path) {
        return new Header(path, ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN), ForeignFile.Wanted.ANY);
    }

    static Header read(Path path, FileChannel channel, ForeignFile.Wanted wanted) throws IOException {
        if (channel.size() < BYTES) {
            throw tooShort(path, channel, wanted);
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until the header is whole
        }
        return new Header(path, bytes, wanted);
    }

    private static UserError tooShort(Path path, FileChannel channel, ForeignFile.Wanted wanted) throws IOException {
        byte[] head = new byte[(int) channel.size()];
        ByteBuffer all = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {
            // until the file is whole
        }
        boolean cut = head.length >= Integer.BYTES && MAGICS.contains(all.getInt(0));
        UserError plain = new UserError(
            path + ": size: found " + channel.size() + " bytes, expected a header of " + BYTES + " at least; "
                + (cut ? "the file is truncated" : "this is no file of ours"));
        return cut ? plain : ForeignFile.error(path, head, wanted).orElse(plain);
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
            throw wrongMagic(expected + ", " + kind);
        }
    }

    /** Says what the file is, where that is known. */
    UserError wrongMagic(String expected) {
        byte[] head = new byte[BYTES];
        bytes.get(0, head);
        return ForeignFile.error(path, head, wanted).orElseGet(() -> wrong("magic", at(0), expected));
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
