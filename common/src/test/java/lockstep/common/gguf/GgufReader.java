package lockstep.common.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GGUF by the book, a second time: reads what the writer wrote and shares nothing with it. */
final class GgufReader {
    final Map<String, Object> fields = new LinkedHashMap<>();
    final Map<String, Info> tensors = new LinkedHashMap<>();
    final long dataStart;

    private final ByteBuffer file;

    /** @param sizes the fastest first */
    record Info(List<Long> sizes, int type, long offset) {}

    GgufReader(Path path) throws IOException {
        file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[4];
        file.get(magic);
        if (!new String(magic, StandardCharsets.US_ASCII).equals("GGUF") || file.getInt() != 3) {
            throw new IOException("no GGUF of version 3");
        }
        long tensorCount = file.getLong();
        long fieldCount = file.getLong();
        for (long i = 0; i < fieldCount; i++) {
            String key = string();
            if (fields.put(key, value(file.getInt())) != null) {
                throw new IOException("twice: " + key);
            }
        }
        for (long i = 0; i < tensorCount; i++) {
            String name = string();
            List<Long> sizes = new ArrayList<>();
            int dimensions = file.getInt();
            for (int d = 0; d < dimensions; d++) {
                sizes.add(file.getLong());
            }
            tensors.put(name, new Info(sizes, file.getInt(), file.getLong()));
        }
        dataStart = (file.position() + 31L) / 32 * 32;
    }

    private String string() {
        byte[] bytes = new byte[(int) file.getLong()];
        file.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object value(int type) throws IOException {
        return switch (type) {
            case 4 -> Integer.toUnsignedLong(file.getInt());
            case 5 -> file.getInt();
            case 6 -> file.getFloat();
            case 7 -> file.get() == 1;
            case 8 -> string();
            case 9 -> {
                int of = file.getInt();
                long count = file.getLong();
                List<Object> values = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    values.add(value(of));
                }
                yield values;
            }
            default -> throw new IOException("type " + type);
        };
    }

    /** Value i of a tensor, as float. */
    float at(String name, int i) {
        Info info = tensors.get(name);
        int start = (int) (dataStart + info.offset);
        return info.type == 0 ? file.getFloat(start + 4 * i) : Float.float16ToFloat(file.getShort(start + 2 * i));
    }

    /** Behind the last byte of a tensor, padding left out. */
    long end(String name) {
        Info info = tensors.get(name);
        return dataStart + info.offset + info.sizes.stream().reduce(1L, Math::multiplyExact) * (info.type == 0 ? 4 : 2);
    }

    int bytes() {
        return file.capacity();
    }
}
