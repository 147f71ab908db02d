package lockstep.common.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lockstep.common.format.ValueOutput;

/** Writes fp32 tensors as Hugging Face's own library does, byte for byte: by name, without spaces in the header but those that fill it up to a multiple of 8 bytes. */
public final class SafetensorsWriter {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * A tensor to be written.
     *
     * @param shape sizes, the slowest first
     */
    public record Item(String name, List<Long> shape, Values values) {
        long bytes() {
            return Float.BYTES * shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** Hands out all values of a tensor in the order of the file. */
    @FunctionalInterface
    public interface Values {
        void write(ValueOutput output) throws IOException;
    }

    /**
     * @param channel written from its position on
     * @param progress told of the file's bytes so far
     */
    public static void write(FileChannel channel, Map<String, String> metadata, List<Item> items, LongConsumer progress)
        throws IOException {
        List<Item> sorted = items.stream().sorted(Comparator.comparing(Item::name)).toList();
        ValueOutput output = new ValueOutput(channel, progress);
        output.write(header(metadata, sorted));
        for (Item item : sorted) {
            long from = channel.position();
            item.values().write(output);
            if (channel.position() - from != item.bytes()) {
                throw new IllegalArgumentException(item.name() + " must have " + item.bytes() + " bytes: " + (channel.position() - from));
            }
        }
    }

    private static byte[] header(Map<String, String> metadata, List<Item> items) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode about = root.putObject(SafetensorsHeader.METADATA);
        metadata.forEach(about::put);
        long at = 0;
        for (Item item : items) {
            ObjectNode tensor = root.putObject(item.name()).put("dtype", Dtype.F32.name());
            ArrayNode shape = tensor.putArray("shape");
            item.shape().forEach(shape::add);
            tensor.putArray("data_offsets").add(at).add(at + item.bytes());
            at += item.bytes();
        }
        byte[] json = JSON.writeValueAsBytes(root);
        int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json).put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }
}
