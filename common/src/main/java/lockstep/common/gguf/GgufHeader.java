package lockstep.common.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Gathers a file's fields and the list of its tensors, in the order in which they are given. */
final class GgufHeader {
    /** The default, in bytes, of the tensors' data and of each tensor in it. */
    static final int ALIGNMENT = 32;

    private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
    private static final int VERSION = 3;

    /** How a field's value is stored, by the format's numbers. */
    private enum Type {
        UINT32(4), INT32(5), FLOAT32(6), BOOL(7), STRING(8), ARRAY(9);

        private final int code;

        Type(int code) {
            this.code = code;
        }
    }

    private final ByteArrayOutputStream fields = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private long fieldCount;
    private long tensorCount;

    GgufHeader text(String key, String value) {
        key(key, Type.STRING);
        string(fields, value);
        return this;
    }

    GgufHeader number(String key, int value) {
        key(key, Type.UINT32);
        int32(fields, value);
        return this;
    }

    GgufHeader real(String key, float value) {
        key(key, Type.FLOAT32);
        int32(fields, Float.floatToRawIntBits(value));
        return this;
    }

    GgufHeader flag(String key, boolean value) {
        key(key, Type.BOOL);
        fields.write(value ? 1 : 0);
        return this;
    }

    GgufHeader texts(String key, List<String> values) {
        array(key, Type.STRING, values.size());
        values.forEach(value -> string(fields, value));
        return this;
    }

    GgufHeader numbers(String key, int[] values) {
        array(key, Type.INT32, values.length);
        for (int value : values) {
            int32(fields, value);
        }
        return this;
    }

    /**
     * @param sizes the fastest first
     * @param type of ggml
     * @param offset of its first byte from where the data begin
     */
    void tensor(String name, long[] sizes, int type, long offset) {
        string(tensors, name);
        int32(tensors, sizes.length);
        for (long size : sizes) {
            int64(tensors, size);
        }
        int32(tensors, type);
        int64(tensors, offset);
        tensorCount++;
    }

    /** All bytes before the data. */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int32(out, MAGIC);
        int32(out, VERSION);
        int64(out, tensorCount);
        int64(out, fieldCount);
        out.writeBytes(fields.toByteArray());
        out.writeBytes(tensors.toByteArray());
        out.writeBytes(new byte[padding(out.size())]);
        return out.toByteArray();
    }

    /** Zeros that fill up to the next aligned byte. */
    static int padding(long bytes) {
        return (int) (Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT - bytes);
    }

    private void key(String key, Type type) {
        string(fields, key);
        int32(fields, type.code);
        fieldCount++;
    }

    private void array(String key, Type type, int count) {
        key(key, Type.ARRAY);
        int32(fields, type.code);
        int64(fields, count);
    }

    private static void string(ByteArrayOutputStream out, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int64(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
}
