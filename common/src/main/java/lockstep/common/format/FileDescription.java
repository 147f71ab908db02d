package lockstep.common.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.model.ModelShape;
import lockstep.common.model.Tensor;

/** Says what a file holds, by what stands in it and not by its name. Its size is checked against its header on the way. */
public final class FileDescription {
    private static final int FIRST_TOKENS = 12;
    /** Tokens among which the smallest and the largest are looked for: enough to tell a vocabulary, without reading GiBs. */
    private static final int SAMPLE = 1_000_000;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final int OPTIMIZER_STEP = 10;

    private final Path path;
    private final List<String> lines = new ArrayList<>();

    private FileDescription(Path path) {
        this.path = path;
    }

    /**
     * @return lines of a name and a value each
     * @throws lockstep.common.UserError when the file is none of those that are known, or is damaged
     */
    public static List<String> describe(Path file) {
        FileDescription description = new FileDescription(file);
        try {
            FileErrors.requireRegular(file);
            if (Files.size(file) < Header.BYTES || TextDescription.looksLikeText(file)) {
                return TextDescription.describe(file);
            }
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
        return BinaryFile.read(file, ForeignFile.Wanted.ANY, (header, channel) -> {
            description.binary(header, channel);
            return List.copyOf(description.lines);
        });
    }

    /** One line of a description. */
    public static String line(String name, Object value) {
        return printable(String.format(Locale.ROOT, "%-15s %s", name, value));
    }

    /** One line of text, whatever stands in the file that it comes from: control characters, which a terminal would obey, are spelt out. */
    public static String printable(String text) {
        return CONTROL.matcher(text).replaceAll(control -> String.format(Locale.ROOT, "\\\\u%04x", (int) control.group().charAt(0)));
    }

    /** Bytes as people read them. */
    public static String size(long bytes) {
        if (bytes < 1 << 20) {
            return String.format(Locale.ROOT, "%,d bytes", bytes);
        }
        return bytes < 1 << 30
            ? String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20)
            : String.format(Locale.ROOT, "%.2f GiB", bytes / 0x1p30);
    }

    private void binary(Header header, FileChannel channel) throws IOException {
        switch (header.at(0)) {
            case Header.MODEL -> model(header, channel);
            case Header.DEBUG_STATE -> debugState(header, channel);
            case Header.GPT2_TOKENS, Header.LLAMA3_TOKENS -> tokens(header, channel.size());
            case Header.TOKENIZER -> tokenizer();
            case Header.HELLASWAG -> hellaswag(header);
            case Header.OPTIMIZER_STATE -> optimizerState(header, channel);
            default -> throw header.wrongMagic(
                "that of a model, debug state, token shard, tokenizer, multiple-choice evaluation or optimizer state of llm.c");
        }
    }

    private void kind(String kind, long bytes) {
        add("file", path);
        add("kind", kind);
        add("size", String.format(Locale.ROOT, "%,d bytes", bytes));
    }

    private void add(String name, Object value) {
        lines.add(line(name, value));
    }

    private void count(String name, long value) {
        add(name, String.format(Locale.ROOT, "%,d", value));
    }

    private void model(Header header, FileChannel channel) throws IOException {
        long bytes = channel.size();
        int version = header.at(1);
        if (version == ModelFile.UNPADDED) {
            unpaddedModel(header, bytes);
            return;
        }
        ModelShape shape = ModelFile.shape(header, bytes);
        kind("GPT-2 model of llm.c, version " + version + (version == ModelFile.FP32 ? " (fp32)" : " (bf16)"), bytes);
        shape(shape);
        long unpadded = shape.parameterCount() - (long) (shape.Vp() - shape.V()) * shape.C();
        add("parameters", String.format(Locale.ROOT, "%,d, without padding %,d", shape.parameterCount(), unpadded));
        for (Tensor tensor : Tensor.values()) {
            count("  " + tensor.label(), tensor.size(shape));
        }
        long weightBytes = Float.BYTES * shape.parameterCount();
        add("memory", size(weightBytes) + " of weights; " + size(4 * weightBytes) + " to train, before activations");
        if (version == ModelFile.FP32) {
            add("weights sha256", ModelFile.weightsSha256(path));
        }
        NonFiniteTally tally = new NonFiniteTally();
        ValueOutput.Width width = version == ModelFile.FP32 ? ValueOutput.Width.FP32 : ValueOutput.Width.BF16;
        Floats.forEachPart(channel, Header.BYTES, shape.parameterCount(), width,
            (first, values, count) -> tally.add(values, count, index -> shape.place(first + index)));
        tally.line().ifPresent(lines::add);
    }

    private void shape(ModelShape shape) {
        count("max_seq_len", shape.maxT());
        add("vocab_size", String.format(Locale.ROOT, "%,d, padded to %,d", shape.V(), shape.Vp()));
        count("num_layers", shape.L());
        add("num_heads", String.format(Locale.ROOT, "%,d of %,d channels", shape.NH(), shape.headSize()));
        count("channels", shape.C());
    }

    private void unpaddedModel(Header header, long bytes) {
        int maxT = header.positive(2, "max_seq_len");
        int V = header.positive(3, "vocab_size");
        int L = header.positive(4, "num_layers");
        int NH = header.positive(5, "num_heads");
        int C = header.positive(6, "channels");
        ModelFile.requireHeads(header, NH, C);
        if (V > Integer.MAX_VALUE - ModelShape.VOCABULARY_MULTIPLE) {
            throw header.wrong("vocab_size", V, "at most " + (Integer.MAX_VALUE - ModelShape.VOCABULARY_MULTIPLE));
        }
        ModelShape padded = ModelShape.of(maxT, V, L, NH, C);
        long parameters;
        long expected;
        try {
            parameters = padded.parameterCount() - (long) (padded.Vp() - V) * C;
            expected = Math.addExact(Header.BYTES, Math.multiplyExact((long) Float.BYTES, parameters));
        } catch (ArithmeticException e) {
            throw header.wrong("size", bytes + " bytes", "that of " + padded + " without padding, which no file can have");
        }
        header.requireSize(bytes, expected);
        kind("GPT-2 model of llm.c, version 1 (fp32, vocabulary without padding), which Lockstep doesn't train on", bytes);
        count("max_seq_len", maxT);
        count("vocab_size", V);
        count("num_layers", L);
        count("num_heads", NH);
        count("channels", C);
        count("parameters", parameters);
    }

    /** Without its model a debug state doesn't say where its logits end. */
    private void debugState(Header header, FileChannel channel) throws IOException {
        DebugState.requireVersion(header);
        long B = header.positive(2, "B");
        long T = header.positive(3, "T");
        long rest = channel.size() - Header.BYTES - Float.BYTES;
        if (B * T > rest / (2 * Integer.BYTES)) {
            throw header.wrong("B, T", B + ", " + T, "what a file of " + channel.size() + " bytes can hold");
        }
        kind("debug state of llm.c, version 2: PyTorch's answer to one batch", channel.size());
        count("B", B);
        count("T", T);
        int[] first = new int[(int) Math.min(FIRST_TOKENS, B * T)];
        Floats.read(channel, Header.BYTES, first);
        add("tokens begin", join(first));
        add("answer",
            size(rest + Float.BYTES - 2 * Integer.BYTES * B * T) + " of logits, loss and gradients, told apart by the model's sizes");
    }

    private void tokens(Header header, long bytes) {
        TokenShard.Layout layout = TokenShard.layout(header, bytes);
        boolean gpt2 = header.at(0) == Header.GPT2_TOKENS;
        kind((gpt2 ? "tokens of llm.c, version 1 (16 bits, GPT-2 or bytes)" : "tokens of llm.c, version 7 (32 bits, Llama 3)"), bytes);
        count("tokens", layout.tokens());
        int[] sample = new int[(int) Math.min(SAMPLE, layout.tokens())];
        try (TokenShard shard = TokenShard.open(path)) {
            shard.read(0, sample, 0, sample.length);
        }
        add("tokens begin", join(Arrays.copyOf(sample, Math.min(FIRST_TOKENS, sample.length))));
        if (sample.length > 0) {
            IntSummaryStatistics ids = Arrays.stream(sample).summaryStatistics();
            String part = sample.length < layout.tokens() ? String.format(Locale.ROOT, ", of the first %,d", SAMPLE) : "";
            add("token ids", ids.getMin() + ".." + ids.getMax() + part);
        }
    }

    private void tokenizer() throws IOException {
        TokenizerFile tokenizer = TokenizerFile.read(path);
        kind("tokenizer of llm.c, version " + tokenizer.version(), Files.size(path));
        count("vocab_size", tokenizer.tokens().size());
        add("eot_token", tokenizer.endOfText());
        add("longest token", tokenizer.tokens().stream().mapToInt(token -> token.length).max().orElseThrow() + " bytes");
    }

    private void hellaswag(Header header) throws IOException {
        List<Example> examples = MultipleChoiceFile.read(path, 1 << Short.SIZE);
        kind("multiple-choice evaluation of llm.c, version 1 (HellaSwag)", Files.size(path));
        count("examples", examples.size());
        add("longest example", String.format(Locale.ROOT, "%,d tokens in a row; %,d bytes by the header",
            examples.stream().mapToInt(Example::longest).max().orElse(0), header.at(3)));
    }

    /** Of any program: what {@link OptimizerStateFile} and {@link TrainerStateFile} don't take up is told all the same. */
    private void optimizerState(Header header, FileChannel channel) throws IOException {
        long bytes = channel.size();
        OptimizerStateFile.requireVersion(header);
        boolean master = header.at(4) != 0;
        boolean shuffled = header.at(5) != 0;
        long bytesPerParameter = (master ? 3L : 2L) * Float.BYTES;
        if (!shuffled && (bytes - Header.BYTES) % bytesPerParameter != 0) {
            throw header.wrong("size", bytes + " bytes", Header.BYTES + " and a multiple of " + bytesPerParameter);
        }
        kind("optimizer state of llm.c, version 1 (AdamW)", bytes);
        count("step", header.at(OPTIMIZER_STEP));
        add("process", header.at(3) + " of " + header.at(2));
        add("holds", "m, v" + (master ? ", master weights" : "") + (shuffled ? ", the loader's order" : ""));
        if (!shuffled) {
            long parameters = (bytes - Header.BYTES) / bytesPerParameter;
            count("parameters", parameters);
            NonFiniteTally tally = new NonFiniteTally();
            Floats.forEachPart(channel, Header.BYTES, (bytes - Header.BYTES) / Float.BYTES, ValueOutput.Width.FP32,
                (first, values, count) -> tally.add(values, count, index -> moment(parameters, first + index)));
            tally.line().ifPresent(lines::add);
        }
    }

    private static String moment(long parameters, long index) {
        return List.of("m", "v", "master weights").get((int) (index / parameters)) + ": value " + index % parameters;
    }

    private static String join(int[] tokens) {
        return tokens.length == 0 ? "(none)" : Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }
}
