package lockstep.common.gguf;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * A field's value, as people read it: of an array its length and the type of what is in it.
 *
 * @param number where it is an integer
 */
record GgufValue(String text, OptionalLong number) {
    private static final int MAX_DEPTH = 4;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    /** Bytes of a value by the format's number of its type; 0 where it says so itself. */
    private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    private static final String[] NAMES =
        {"uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "strings", "arrays", "uint64", "int64", "float64"};
    /** A text's length; an array's type and length. */
    private static final int LEAST_STRING_BYTES = 8;
    private static final int LEAST_ARRAY_BYTES = 12;

    /**
     * @param shownBytes kept of a text
     * @throws lockstep.common.UserError when it is of no known type, or doesn't end in the file
     */
    static GgufValue read(GgufInput in, String key, int shownBytes) throws IOException {
        int type = type(in, key);
        return switch (type) {
            case 0 -> integer(in.int8(key) & 0xff);
            case 1 -> integer(in.int8(key));
            case 2 -> integer(in.int16(key) & 0xffff);
            case 3 -> integer(in.int16(key));
            case 4 -> integer(Integer.toUnsignedLong(in.int32(key)));
            case 5 -> integer(in.int32(key));
            case 6 -> of(String.valueOf(Float.intBitsToFloat(in.int32(key))));
            case 7 -> of(in.int8(key) == 0 ? "false" : "true");
            case STRING -> of(in.text(key, shownBytes));
            case ARRAY -> of(array(in, key, 1));
            case 10 -> of(Long.toUnsignedString(in.int64(key)));
            case 11 -> integer(in.int64(key));
            default -> of(String.valueOf(Double.longBitsToDouble(in.int64(key))));
        };
    }

    private static int type(GgufInput in, String key) throws IOException {
        int type = in.int32(key + " type");
        if (type < 0 || type >= BYTES.length) {
            throw in.wrong(key + " type", Integer.toUnsignedString(type), "0 to " + (BYTES.length - 1));
        }
        return type;
    }

    /** Passes over the values. */
    private static String array(GgufInput in, String key, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw in.wrong(key, "arrays in arrays", "at most " + MAX_DEPTH + " of them");
        }
        int type = type(in, key);
        int least = type == STRING ? LEAST_STRING_BYTES : type == ARRAY ? LEAST_ARRAY_BYTES : BYTES[type];
        long count = in.count(key + " length", least);
        if (type == STRING || type == ARRAY) {
            for (long i = 0; i < count; i++) {
                if (type == STRING) {
                    in.text(key, 0);
                } else {
                    array(in, key, depth + 1);
                }
            }
        } else {
            in.skip(count * BYTES[type], key);
        }
        return count + " " + NAMES[type];
    }

    private static GgufValue integer(long value) {
        return new GgufValue(String.valueOf(value), OptionalLong.of(value));
    }

    private static GgufValue of(String text) {
        return new GgufValue(text, OptionalLong.empty());
    }
}
