package lockstep.deploy.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Reads event files by the formats' descriptions alone: neither with the writer's code nor with its libraries. */
public final class EventReader {
    private static final int POLYNOMIAL = 0x82f63b78;

    /** A field of a message: a number, or the bytes of what is nested. */
    record Field(int number, long value, byte[] bytes) {}

    /** One event; of a summary, each value by itself. */
    public record Event(long step, String tag, Kind kind, double scalar, byte[] bytes) {}

    /** What an event is about. */
    public enum Kind {
        VERSION, START, SCALAR, HISTOGRAM, TEXT
    }

    private EventReader() {}

    /** All events of a file, whose checksums are right. */
    public static List<Event> read(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        for (byte[] record : records(file)) {
            List<Field> fields = fields(record);
            long step = fields.stream().filter(field -> field.number() == 2).mapToLong(Field::value).findFirst().orElse(0);
            for (Field field : fields) {
                switch (field.number()) {
                    case 3 -> events.add(new Event(step, text(field.bytes()), Kind.VERSION, 0, field.bytes()));
                    case 5 -> fields(field.bytes()).forEach(value -> events.add(value(step, fields(value.bytes()))));
                    case 7 -> {
                        assertEquals(1, fields(field.bytes()).getFirst().value(), "START");
                        events.add(new Event(step, "", Kind.START, 0, field.bytes()));
                    }
                    default -> assertEquals(true, field.number() <= 2, "field " + field.number());
                }
            }
        }
        return events;
    }

    private static Event value(long step, List<Field> fields) {
        String tag = text(fields.getFirst().bytes());
        assertEquals(1, fields.getFirst().number());
        Field what = fields.get(1);
        return switch (what.number()) {
            case 2 -> new Event(step, tag, Kind.SCALAR, Float.intBitsToFloat((int) what.value()), new byte[0]);
            case 5 -> new Event(step, tag, Kind.HISTOGRAM, 0, what.bytes());
            case 8 -> {
                List<Field> tensor = fields(what.bytes());
                assertEquals(7, tensor.getFirst().value(), "DT_STRING");
                assertEquals("text", text(fields(fields(fields.get(2).bytes()).getFirst().bytes()).getFirst().bytes()), "plugin");
                yield new Event(step, tag, Kind.TEXT, 0, tensor.getLast().bytes());
            }
            default -> throw new AssertionError("field " + what.number());
        };
    }

    /** The doubles of a histogram's field: one, or those of a packed list. */
    static double[] doubles(Event histogram, int number) {
        Field field = fields(histogram.bytes()).stream().filter(some -> some.number() == number).findFirst().orElseThrow();
        if (field.bytes().length == 0) {
            return new double[] {Double.longBitsToDouble(field.value())};
        }
        ByteBuffer packed = ByteBuffer.wrap(field.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[field.bytes().length / Double.BYTES];
        packed.asDoubleBuffer().get(values);
        return values;
    }

    static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(masked(length), in.getInt());
            byte[] record = new byte[Math.toIntExact(ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong())];
            in.get(record);
            assertEquals(masked(record), in.getInt());
            records.add(record);
        }
        return records;
    }

    /** CRC-32C bit by bit, then TensorFlow's mask. */
    static int masked(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
        }
        crc = ~crc;
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static List<Field> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            fields.add(switch (key & 7) {
                case 0 -> new Field(key >>> 3, varint(in), new byte[0]);
                case 1 -> new Field(key >>> 3, in.getLong(), new byte[0]);
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    yield new Field(key >>> 3, 0, bytes);
                }
                case 5 -> new Field(key >>> 3, in.getInt(), new byte[0]);
                default -> throw new AssertionError("wire type " + (key & 7));
            });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
