package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.format.NonFinite;
import lockstep.common.format.NonFiniteTally;
import lockstep.common.huggingface.WeightFiles.Place;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.TensorPart;
import lockstep.common.safetensors.TensorEntry;
import lockstep.common.text.Tokenizer;

/**
 * A GPT-2 that {@code save_pretrained} wrote, or OpenAI's own under the older names: every tensor is there with the shape that
 * config.json asks for, and none that ours
 * lacks. Its weights are not read yet.
 */
public final class HuggingFaceModel {
    /** Values read at a time, in whole rows: 4 MiB. */
    private static final int STAGE = 1 << 20;
    private static final Pattern ONE_OF_SEVERAL = Pattern.compile(".*-\\d+-of-(?!0*1\\.)\\d+\\.safetensors");

    private final WeightFiles files;
    private final ParameterLayout layout;

    private HuggingFaceModel(WeightFiles files, ParameterLayout layout) {
        this.files = files;
        this.layout = layout;
    }

    /** Whether the path is a safetensors file, the index of several, or a directory with one of them. */
    public static boolean isOne(Path path) {
        if (Files.isDirectory(path)) {
            return Files.exists(path.resolve(WeightFiles.SINGLE)) || Files.exists(path.resolve(WeightFiles.INDEX));
        }
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json");
    }

    /**
     * @param path something that {@link #isOne}; where a directory has both one file and an index, the file counts, as in transformers
     * @throws UserError when the model isn't whole, or computes something else than ours
     */
    public static HuggingFaceModel open(Path path) {
        Path source = !Files.isDirectory(path)
            ? path
            : path.resolve(Files.exists(path.resolve(WeightFiles.SINGLE)) ? WeightFiles.SINGLE : WeightFiles.INDEX);
        if (Files.notExists(source)) {
            throw new UserError(source + ": no such file");
        }
        Path directory = directory(source);
        ConfigReader.Config config = ConfigReader.read(directory);
        FilesBeside.requireNone(directory);
        WeightFiles files = WeightFiles.open(source);
        if (config.tied()) {
            files.takeHeadForEmbedding();
        }
        HuggingFaceModel model = new HuggingFaceModel(files, new ParameterLayout(config.shape()));
        model.requireTensors();
        model.requireTied(config.tied());
        return model;
    }

    /** The directory as the user wrote it, for messages. */
    private static Path directory(Path source) {
        return source.getParent() == null ? Path.of("") : source.getParent();
    }

    /** The weights' file, or the index of several. */
    public Path file() {
        return files.source();
    }

    public ModelShape shape() {
        return layout.shape();
    }

    /**
     * What the files of the tokenizer that lie beside the weights say of this one. One that can't be read says something else.
     */
    public TokenizerMatch match(Tokenizer tokenizer) {
        return TokenizerCheck.match(directory(file()), tokenizer);
    }

    /**
     * The tokens at which a text ends as generation_config.json says, or else config.json, in ascending order; none where neither says
     * so.
     *
     * @throws UserError when one of them can't be read
     */
    public SortedSet<Integer> endTokens() {
        return EndTokens.read(directory(file()));
    }

    /**
     * Reads all weights into llm.c's order; the rows that pad the vocabulary are 0.
     *
     * @throws UserError when a file can't be read, or a weight is no finite number
     */
    public float[] parameters() {
        float[] params = new float[layout.count()];
        forEachPart((part, place, first, values, count) -> {
            NonFinite.first(values, 0, count).ifPresent(index -> {
                throw NonFinite.error(place.file().path() + ": " + name(place, first + index), values[index]);
            });
            int row = rowLength(part);
            if (TensorNames.isTransposed(part)) {
                part.putTransposed(params, values, (int) (first / row), count / row);
            } else {
                part.put(params, values, (int) (first / row), count / row);
            }
        });
        return params;
    }

    /** Takes some rows of a tensor as the file has them. */
    @FunctionalInterface
    private interface Sink {
        void accept(TensorPart part, Place place, long first, float[] values, int count);
    }

    private void forEachPart(Sink sink) {
        for (TensorPart part : TensorPart.all(layout)) {
            Place place = files.places().get(TensorNames.of(part));
            int row = rowLength(part);
            place.file().read(place.tensor(), Math.max(1, STAGE / row) * row,
                (first, values, count) -> sink.accept(part, place, first, values, count));
        }
    }

    private static int rowLength(TensorPart part) {
        return TensorNames.isTransposed(part) ? part.rows() : part.columns();
    }

    private static String name(Place place, long index) {
        return place.tensor().name() + ": value " + index;
    }

    /** Lines of a name and a value each, as {@link FileDescription} has them. */
    public List<String> describe() {
        ModelShape s = shape();
        List<String> lines = new ArrayList<>();
        lines.add(FileDescription.line("file", file()));
        lines.add(FileDescription.line("kind", "GPT-2 model of Hugging Face, safetensors (" + String.join(", ", dtypes()) + ")"));
        lines.add(FileDescription.line("size", bytesByFile().entrySet().stream()
            .map(entry -> entry.getKey() + " " + FileDescription.size(entry.getValue())).collect(Collectors.joining(", "))));
        lines.add(count("max_seq_len", s.maxT()));
        lines.add(FileDescription.line("vocab_size", String.format(Locale.ROOT, "%,d, padded to %,d", s.V(), s.Vp())));
        lines.add(count("num_layers", s.L()));
        lines.add(FileDescription.line("num_heads", String.format(Locale.ROOT, "%,d of %,d channels", s.NH(), s.headSize())));
        lines.add(count("channels", s.C()));
        long unpadded = s.parameterCount() - (long) (s.Vp() - s.V()) * s.C();
        lines.add(FileDescription.line("parameters", String.format(Locale.ROOT, "%,d, without padding %,d", s.parameterCount(), unpadded)));
        lines.add(FileDescription.line("head", "tied to the token embedding"));
        if (!files.leftOut().isEmpty()) {
            lines.add(FileDescription.line("left out", leftOut()));
        }
        NonFiniteTally tally = new NonFiniteTally();
        forEachPart((_, place, first, values, count) -> tally.add(values, count, index -> name(place, first + index)));
        tally.line().ifPresent(lines::add);
        return List.copyOf(lines);
    }

    /** A sentence for who uses the model, where its file holds more than the language model. */
    public Optional<String> note() {
        return files.leftOut().isEmpty() ? Optional.empty() : Optional.of(file() + ": left out " + leftOut());
    }

    private String leftOut() {
        return String.join(", ", files.leftOut()) + ": of another task's head, which has no part in the logits";
    }

    private static String count(String name, long value) {
        return FileDescription.line(name, String.format(Locale.ROOT, "%,d", value));
    }

    private SortedSet<String> dtypes() {
        return files.places().values().stream().map(place -> place.tensor().dtype().name()).collect(Collectors.toCollection(TreeSet::new));
    }

    private SortedMap<String, Long> bytesByFile() {
        SortedMap<String, Long> bytes = new TreeMap<>();
        files.places().values().forEach(place -> bytes.merge(String.valueOf(place.file().path().getFileName()),
            place.tensor().end() - place.tensor().begin(), Long::sum));
        return bytes;
    }

    private void requireTensors() {
        TreeSet<String> unknown = new TreeSet<>(files.places().keySet());
        unknown.remove(TensorNames.HEAD);
        for (TensorPart part : TensorPart.all(layout)) {
            String name = TensorNames.of(part);
            Place place = files.places().get(name);
            if (place == null) {
                throw new UserError(file() + ": " + name + ": found no such tensor, with or without " + TensorNames.PREFIX
                    + ", expected shape " + TensorNames.shape(part) + " by " + ConfigReader.NAME + whyMissing(name));
            }
            require(place, TensorNames.shape(part));
            unknown.remove(name);
        }
        if (!unknown.isEmpty()) {
            throw new UserError(file() + ": " + unknown.first() + ": found " + unknown.size() + " such tensors that no GPT-2 of "
                + layout.shape().L() + " layers has, expected none");
        }
    }

    private String whyMissing(String name) {
        if (ONE_OF_SEVERAL.matcher(String.valueOf(file().getFileName())).matches()) {
            return ": the file is one of several; give the directory that they lie in, or their index";
        }
        return name.endsWith(".bias") && files.places().keySet().stream().noneMatch(each -> each.endsWith(".bias"))
            ? ": the model has no biases, as nanoGPT's with bias=False; zeros in their place compute the same"
            : "";
    }

    private static String whyOtherwise(TensorEntry tensor, List<Long> shape) {
        return shape.size() > 1 && tensor.shape().equals(shape.reversed())
            ? ": the matrix is turned over, as nanoGPT's and MLX's are; transpose all of attn.c_attn, attn.c_proj, mlp.c_fc and mlp.c_proj"
            : "";
    }

    private static void require(Place place, List<Long> shape) {
        String where = place.file().path() + ": " + place.tensor().name();
        if (!place.tensor().shape().equals(shape)) {
            throw new UserError(where + ": shape: found " + place.tensor().shape() + ", expected " + shape + " by " + ConfigReader.NAME
                + whyOtherwise(place.tensor(), shape));
        }
        if (!place.tensor().dtype().readable()) {
            throw new UserError(
                where + ": dtype: found " + place.tensor().dtype() + ", expected F32, F16 or BF16; save the model again in one of them");
        }
    }

    /** Our head is the token embedding. A file may hold it once more, but then the same. */
    private void requireTied(boolean tied) {
        Place head = files.places().get(TensorNames.HEAD);
        if (head == null) {
            if (!tied) {
                throw new UserError(file() + ": " + TensorNames.HEAD + ": found no such tensor, expected one, since " + ConfigReader.NAME
                    + " says tie_word_embeddings false");
            }
            return;
        }
        Place wte = files.places().get(TensorNames.WTE);
        require(head, wte.tensor().shape());
        float[] block = new float[STAGE];
        head.file().read(head.tensor(), STAGE, (first, values, count) -> requireSame(wte, first, values, count, block));
    }

    private void requireSame(Place wte, long first, float[] head, int count, float[] block) {
        wte.file().read(wte.tensor(), first, count, block);
        for (int i = 0; i < count; i++) {
            if (Float.floatToRawIntBits(head[i]) != Float.floatToRawIntBits(block[i])) {
                throw new UserError(file() + ": " + TensorNames.HEAD + ": found another matrix than " + wte.tensor().name() + " (value "
                    + (first + i) + " is " + head[i] + " and " + block[i]
                    + "), expected the same: Lockstep's head is tied to the embedding");
            }
        }
    }
}
