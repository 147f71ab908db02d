package lockstep.common.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.format.FileErrors;

/**
 * Says what a GGUF file of any architecture holds: its fields, its tokenizer, its tensors. Of the weights no value is read; that they are all there is checked by the tensors' places and the file's size.
 *
 * <p>
 * Source: ggml's docs/gguf.md, versions 2 and 3.
 */
public final class GgufDescription {
    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
    private static final int MIN_VERSION = 2;
    private static final int MAX_VERSION = 3;
    private static final int MAX_DIMENSIONS = 4;
    private static final int MAX_FIELDS = 1 << 16;
    private static final int MAX_TENSORS = 1 << 16;
    private static final int MAX_KEY_BYTES = 1 << 10;
    private static final int SHOWN_BYTES = 60;
    private static final String TOKENIZER = "tokenizer.ggml.model";

    private final Path file;
    private final GgufInput in;
    private final Map<String, GgufValue> fields = new LinkedHashMap<>();
    private final List<Info> tensors = new ArrayList<>();

    /** @param sizes the fastest first, as in the file */
    private record Info(String name, long[] sizes, int type, long offset) {
        /** @throws ArithmeticException beyond a long */
        long values() {
            return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
        }

        String typeName() {
            return GgmlType.of(type).map(GgmlType::name).orElse("type " + type);
        }
    }

    private GgufDescription(Path file, GgufInput in) {
        this.file = file;
        this.in = in;
    }

    /** Whether the file begins as one of these does. */
    public static boolean isOne(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    /**
     * @return lines of a name and a value each
     * @throws UserError when the file is damaged, cut off, or of a version that isn't known
     */
    public static List<String> describe(Path file) {
        try (GgufInput in = GgufInput.open(file)) {
            GgufDescription description = new GgufDescription(file, in);
            try {
                return description.read();
            } catch (EOFException e) {
                throw in.shortened(e);
            }
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    private List<String> read() throws IOException {
        in.skip(MAGIC.length, "magic");
        int version = in.int32("version");
        if (version < MIN_VERSION || version > MAX_VERSION) {
            throw in.wrong("version", Integer.toUnsignedString(version),
                (version & 0xffff) == 0 ? "little-endian bytes" : MIN_VERSION + " or " + MAX_VERSION);
        }
        long tensorCount = bounded("tensors", in.int64("tensors"), MAX_TENSORS);
        long fieldCount = bounded("fields", in.int64("fields"), MAX_FIELDS);
        for (long i = 0; i < fieldCount; i++) {
            field("field " + (i + 1) + " of " + fieldCount);
        }
        for (long i = 0; i < tensorCount; i++) {
            tensors.add(tensor("tensor " + (i + 1) + " of " + tensorCount));
        }
        requirePlaces();
        return lines(version);
    }

    private long bounded(String what, long count, int max) {
        if (count < 0 || count > max) {
            throw in.wrong(what, Long.toUnsignedString(count), "at most " + max);
        }
        return count;
    }

    private void field(String what) throws IOException {
        String key = in.text(what, MAX_KEY_BYTES);
        if (fields.put(key, GgufValue.read(in, key, SHOWN_BYTES)) != null) {
            throw in.wrong(what, key + " a second time", "each field once");
        }
    }

    private Info tensor(String what) throws IOException {
        String name = in.text(what, MAX_KEY_BYTES);
        int dimensions = in.int32(name + " dimensions");
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
            throw in.wrong(name + " dimensions", Integer.toUnsignedString(dimensions), "at most " + MAX_DIMENSIONS);
        }
        long[] sizes = new long[dimensions];
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.int64(name + " sizes");
            if (sizes[i] < 1) {
                throw in.wrong(name + " sizes", Long.toUnsignedString(sizes[i]), "a positive number");
            }
        }
        return new Info(name, sizes, in.int32(name + " type"), in.int64(name + " offset"));
    }

    /** Each tensor is aligned, and ends in the file. */
    private void requirePlaces() {
        long alignment = alignment();
        long data = Math.ceilDiv(in.position(), alignment) * alignment;
        for (Info tensor : tensors) {
            if (tensor.offset() < 0 || tensor.offset() % alignment != 0) {
                throw in.wrong(tensor.name() + " offset", Long.toUnsignedString(tensor.offset()), "a multiple of " + alignment);
            }
            long room = in.size() - data - tensor.offset();
            long bytes = bytes(tensor);
            if (bytes > room) {
                throw in.wrong(tensor.name(), Math.max(0, room) + " bytes of it in the file", bytes + ": the file is cut off");
            }
        }
    }

    private long bytes(Info tensor) {
        Optional<GgmlType> type = GgmlType.of(tensor.type());
        try {
            long values = tensor.values();
            if (type.isEmpty()) {
                return 0; // nobody knows
            }
            long row = tensor.sizes().length == 0 ? 1 : tensor.sizes()[0];
            if (row % type.get().blockValues() != 0) {
                throw in.wrong(tensor.name() + " sizes", row, "a multiple of " + type.get().blockValues() + ", of which " + type.get()
                    + " makes a block");
            }
            return type.get().bytes(values);
        } catch (ArithmeticException e) {
            throw in.wrong(tensor.name() + " sizes", Arrays.toString(tensor.sizes()), "those of a tensor that some file can hold");
        }
    }

    private long alignment() {
        GgufValue given = fields.get("general.alignment");
        if (given == null) {
            return GgufHeader.ALIGNMENT;
        }
        long alignment = given.number().orElse(0);
        if (alignment < 8 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
            throw in.wrong("general.alignment", given.text(), "a power of two from 8 to " + (1 << 20));
        }
        return alignment;
    }

    private List<String> lines(int version) {
        List<String> lines = new ArrayList<>();
        lines.add(FileDescription.line("file", file));
        lines.add(FileDescription.line("kind", "GGUF model of llama.cpp, version " + version));
        lines.add(FileDescription.line("size", String.format(Locale.ROOT, "%,d bytes", in.size())));
        lines.add(FileDescription.line("architecture", text("general.architecture", "not said")));
        lines.add(FileDescription.line("tokenizer", tokenizer()));
        lines.add(FileDescription.line("parameters", String.format(Locale.ROOT, "%,d", values(tensors))));
        Map<String, List<Info>> byType = new TreeMap<>();
        tensors.forEach(tensor -> byType.computeIfAbsent(tensor.typeName(), _ -> new ArrayList<>()).add(tensor));
        byType.forEach((type, those) -> lines.add(FileDescription.line("  " + type,
            String.format(Locale.ROOT, "%,d in %,d tensors", values(those), those.size()))));
        lines.add(FileDescription.line("fields", fields.size()));
        fields.forEach((key, value) -> lines.add(FileDescription.line("  " + key, value.text())));
        lines.add(FileDescription.line("tensors", tensors.size()));
        tensors.forEach(tensor -> lines.add(FileDescription.line("  " + tensor.name(), tensor.typeName() + " "
            + Arrays.toString(tensor.sizes()))));
        return List.copyOf(lines);
    }

    private long values(List<Info> those) {
        try {
            return those.stream().mapToLong(Info::values).reduce(0, Math::addExact);
        } catch (ArithmeticException e) {
            throw in.wrong("tensors", "more values than a long counts", "those that some file can hold");
        }
    }

    private String tokenizer() {
        GgufValue model = fields.get(TOKENIZER);
        if (model == null || model.text().equals("none")) {
            return "none: token ids alone";
        }
        return model.text() + ", " + text("tokenizer.ggml.tokens", "no tokens") + ", merges: " + text("tokenizer.ggml.merges", "none");
    }

    private String text(String key, String missing) {
        GgufValue value = fields.get(key);
        return value == null ? missing : value.text();
    }
}
