package lockstep.common.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import lockstep.common.UserError;
import lockstep.common.format.ForeignFile;

/** Reads and checks a header. */
final class SafetensorsHeader {
    /** Far more than any model's, of which 1,000 tensors take 130 KB; the format allows 100 MB. */
    static final int LARGEST_BYTES = 4 << 20;
    static final String METADATA = "__metadata__";

    private static final JsonMapper JSON = JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .build();

    private final Path path;
    private final long fileBytes;

    private SafetensorsHeader(Path path, long fileBytes) {
        this.path = path;
        this.fileBytes = fileBytes;
    }

    /**
     * @param tensors by their place in the file
     * @param metadata what its writer noted; what is no text there is left out
     * @param dataStart the file's byte at which the header ends
     */
    record Content(List<TensorEntry> tensors, SortedMap<String, String> metadata, long dataStart) {}

    /** @throws UserError when the header is damaged or doesn't describe the file that it stands in */
    static Content read(Path path, FileChannel channel) throws IOException {
        return new SafetensorsHeader(path, channel.size()).read(channel);
    }

    private Content read(FileChannel channel) throws IOException {
        if (fileBytes < Long.BYTES) {
            throw ForeignFile.error(path, ForeignFile.Wanted.SAFETENSORS)
                .orElseGet(() -> wrong("size", fileBytes + " bytes", "at least " + Long.BYTES + ": this is no safetensors file"));
        }
        long headerBytes = bytes(channel, 0, Long.BYTES).getLong();
        long largest = Math.min(LARGEST_BYTES, fileBytes - Long.BYTES);
        if (headerBytes < 2 || headerBytes > largest) {
            UserError plain = wrong("header length", Long.toUnsignedString(headerBytes) + " bytes",
                "2 to " + largest + " in a file of " + fileBytes + "; it is truncated, or no safetensors file");
            throw isBegun(channel) ? plain : ForeignFile.error(path, ForeignFile.Wanted.SAFETENSORS).orElse(plain);
        }
        JsonNode root = parse(bytes(channel, Long.BYTES, (int) headerBytes).array());
        List<TensorEntry> tensors = new ArrayList<>();
        root.properties().stream().filter(entry -> !entry.getKey().equals(METADATA))
            .forEach(entry -> tensors.add(tensor(entry.getKey(), entry.getValue())));
        tensors.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        requireTiling(tensors, fileBytes - Long.BYTES - headerBytes);
        return new Content(List.copyOf(tensors), metadata(root.path(METADATA)), Long.BYTES + headerBytes);
    }

    private static SortedMap<String, String> metadata(JsonNode node) {
        SortedMap<String, String> metadata = new TreeMap<>();
        node.properties().stream().filter(entry -> entry.getValue().isTextual())
            .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().textValue()));
        return Collections.unmodifiableSortedMap(metadata);
    }

    /** Whether a header's first character stands where it should: the file is a safetensors file, damaged or cut. */
    private boolean isBegun(FileChannel channel) throws IOException {
        return fileBytes > Long.BYTES && bytes(channel, Long.BYTES, 1).get() == '{';
    }

    private ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw wrong("size", (position + bytes.position()) + " bytes", fileBytes + ": it was cut while it was read");
            }
        }
        return bytes.flip();
    }

    private JsonNode parse(byte[] json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (root == null || !root.isObject()) {
                throw wrong("header", "something else", "a JSON object of tensors");
            }
            return root;
        } catch (JacksonException e) {
            throw new UserError(path + ": header: expected a JSON object of tensors: " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UserError(path + ": header: expected a JSON object of tensors: " + e.getMessage(), e);
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private TensorEntry tensor(String name, JsonNode node) {
        String dtypeName = node.path("dtype").asText();
        Dtype dtype = Dtype.named(dtypeName)
            .orElseThrow(
                () -> wrong(name + ": dtype", dtypeName.isEmpty() ? "none" : dtypeName, "one of " + Arrays.toString(Dtype.values())));
        List<Long> shape = numbers(name, "shape", node.path("shape"));
        List<Long> offsets = numbers(name, "data_offsets", node.path("data_offsets"));
        long dataBytes = fileBytes - Long.BYTES;
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
            throw wrong(name + ": data_offsets", offsets, "a begin and an end in a file of " + fileBytes + " bytes");
        }
        long bytes = offsets.get(1) - offsets.get(0);
        if (bytes != bytes(shape, dtype, dataBytes)) {
            throw wrong(name + ": data_offsets", offsets + ", " + bytes + " bytes",
                "as many as " + dtype + " of shape " + shape + " takes");
        }
        return new TensorEntry(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    /** What a shape takes, or some number above the limit where it takes more than that. */
    private static long bytes(List<Long> shape, Dtype dtype, long limit) {
        if (shape.contains(0L)) {
            return 0;
        }
        long bytes = dtype.bytes();
        for (long size : shape) {
            if (size > limit / bytes) {
                return limit + 1;
            }
            bytes *= size;
        }
        return bytes;
    }

    private List<Long> numbers(String name, String field, JsonNode node) {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : node) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw wrong(name + ": " + field, number, "whole numbers from 0 on");
            }
            numbers.add(number.longValue());
        }
        if (!node.isArray()) {
            throw wrong(name + ": " + field, node.isMissingNode() ? "none" : node, "a list of numbers");
        }
        return List.copyOf(numbers);
    }

    private void requireTiling(List<TensorEntry> tensors, long dataBytes) {
        long at = 0;
        for (TensorEntry tensor : tensors) {
            if (tensor.begin() != at) {
                throw wrong(tensor.name() + ": data_offsets", "begin " + tensor.begin(),
                    at + ", where the tensor before ends: tensors leave no gap and don't overlap");
            }
            at = tensor.end();
        }
        if (at != dataBytes) {
            throw wrong("size", dataBytes + " bytes behind the header",
                at + " by the header; the file is " + (at > dataBytes ? "truncated" : "too long"));
        }
    }

    private UserError wrong(String field, Object found, String expected) {
        return new UserError(path + ": " + field + ": found " + found + ", expected " + expected);
    }
}
