package lockstep.common.huggingface;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A safetensors file to be bent: another, plain reader and writer than ours. */
final class TensorFile {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    record Tensor(String dtype, JsonNode shape, byte[] bytes) {}

    static Path golden(String name) {
        try {
            return Path.of(TensorFile.class.getResource("/golden/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static TensorFile read(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        int data = file.position();
        TensorFile read = new TensorFile();
        for (Map.Entry<String, JsonNode> entry : JSON.readTree(header).properties()) {
            if (!entry.getKey().startsWith("__")) {
                JsonNode offsets = entry.getValue().get("data_offsets");
                byte[] bytes = Arrays.copyOfRange(file.array(), data + offsets.get(0).intValue(), data + offsets.get(1).intValue());
                read.tensors.put(entry.getKey(),
                    new Tensor(entry.getValue().get("dtype").textValue(), entry.getValue().get("shape"), bytes));
            }
        }
        return read;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    TensorFile put(String name, String dtype, byte[] bytes, long... shape) {
        tensors.put(name, new Tensor(dtype, JSON.valueToTree(shape), bytes));
        return this;
    }

    TensorFile rename(UnaryOperator<String> by) {
        Map<String, Tensor> old = new LinkedHashMap<>(tensors);
        tensors.clear();
        old.forEach((name, tensor) -> tensors.put(by.apply(name), tensor));
        return this;
    }

    /** Each fp32 value as the two bytes that stand for it. */
    TensorFile narrow(String dtype, FloatToShort by) {
        tensors.replaceAll((_, tensor) -> {
            ByteBuffer from = ByteBuffer.wrap(tensor.bytes).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer to = ByteBuffer.allocate(tensor.bytes.length / 2).order(ByteOrder.LITTLE_ENDIAN);
            while (from.hasRemaining()) {
                to.putShort(by.apply(from.getFloat()));
            }
            return new Tensor(dtype, tensor.shape, to.array());
        });
        return this;
    }

    @FunctionalInterface
    interface FloatToShort {
        short apply(float value);
    }

    /** The tensors that an index would put into one shard of two. */
    TensorFile half(int which) {
        TensorFile half = new TensorFile();
        int i = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            if (i++ % 2 == which) {
                half.tensors.put(entry.getKey(), entry.getValue());
            }
        }
        return half;
    }

    byte[] bytes() {
        ObjectNode header = JSON.createObjectNode();
        int at = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", entry.getValue().dtype).set("shape", entry.getValue().shape);
            node.putArray("data_offsets").add(at).add(at + entry.getValue().bytes.length);
            at += entry.getValue().bytes.length;
        }
        return file(header.toString(), at, tensors.values().stream().map(Tensor::bytes).toArray(byte[][]::new));
    }

    static byte[] file(String header, int dataBytes, byte[]... data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (byte[] bytes : data) {
            file.put(bytes);
        }
        return file.array();
    }
}
