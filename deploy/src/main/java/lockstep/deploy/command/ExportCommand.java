package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.format.DurableDirectory;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileDescription;
import lockstep.common.format.ModelFile;
import lockstep.common.format.ValueOutput.Width;
import lockstep.common.gguf.GgufWriter;
import lockstep.common.huggingface.HuggingFaceWriter;
import lockstep.common.huggingface.TokenizerFiles;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;

/** {@code lockstep export}: a model for other programs. */
@Command(
    name = "export",
    description = {"Writes a model for other programs. Nothing is overwritten.", "",
        "safetensors: a directory that transformers' from_pretrained loads: weights, configuration, tokenizer. To read it again gives the same bits.",
        "bin: llm.c's model file, version 3, or 5 with --dtype bf16.",
        "llmc: a directory that llm.c's CUDA trainer goes on from (-y 1 -o TARGET): model, optimizer's state, DONE. With --dtype bf16 for a trainer"
            + " with bf16 weights, else for one built with PRECISION=FP32. Its loader begins the data anew.",
        "gguf: one file for llama.cpp, in fp32 or fp16, with the tokenizer."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep export runs/bard --to safetensors bard-hf"})
public final class ExportCommand implements Callable<Integer> {
    /** Formats, and the widths that each takes, its default first. */
    private static final Map<String, List<Width>> FORMATS = new TreeMap<>(Map.of(
        "safetensors", List.of(Width.FP32), "bin", List.of(Width.FP32, Width.BF16), "llmc", List.of(Width.FP32, Width.BF16),
        "gguf", List.of(Width.FP32, Width.FP16)));
    private static final String NO_TOKENIZER = "none";

    @Parameters(index = "0", paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The directory or file to write; must not exist yet.")
    private Path target;

    @Option(names = "--to", paramLabel = "safetensors|bin|llmc|gguf", required = true, description = "What to write.")
    private String format;

    @Option(names = "--dtype", paramLabel = "fp32|fp16|bf16", defaultValue = "fp32",
        description = "How weights are stored: fp16 for gguf, bf16 for bin and llmc. Default: ${DEFAULT-VALUE}.")
    private Width width;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes|none",
        description = "Of the model, to be written beside it. Default: the one that the checkpoint names or that fits the vocabulary, else none.")
    private String tokenizerName;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!FORMATS.containsKey(format)) {
            throw new UserError("--to: found " + format + ", expected one of " + String.join(", ", FORMATS.keySet()));
        }
        if (!FORMATS.get(format).contains(width)) {
            throw new UserError("--dtype: found " + name(width) + ", expected "
                + FORMATS.get(format).stream().map(ExportCommand::name).collect(Collectors.joining(" or ")) + " for " + format);
        }
        DurableDirectory.requireAbsent(target);
        StoredModel stored = Models.find(model, spec.commandLine().getErr());
        Optional<Tokenizer> tokenizer = tokenizer(stored);
        say("model", stored.file());
        float[] params = stored.weights(0);
        try (ByteProgressBar bar = new ByteProgressBar("export")) {
            switch (format) {
                case "safetensors" -> safetensors(stored, params, tokenizer, bar);
                case "gguf" -> gguf(stored, params, tokenizer, bar);
                case "llmc" -> LlmcDirectory.write(target, stored, width == Width.BF16, bar);
                default -> bin(stored, params);
            }
        }
        say("wrote", target);
        say("weights sha256", ModelFile.weightsSha256(params));
        return 0;
    }

    private static String name(Width width) {
        return width.name().toLowerCase(Locale.ROOT);
    }

    private void bin(StoredModel stored, float[] params) {
        if (width == Width.FP32) {
            ModelFile.write(target, stored.shape(), params);
        } else {
            DurableFile.create(target, channel -> ModelFile.writeBf16(channel, target, stored.shape(), params));
        }
    }

    private void gguf(StoredModel stored, float[] params, Optional<Tokenizer> tokenizer, ByteProgressBar bar) {
        GgufWriter writer = new GgufWriter(stored.shape(), params, width);
        say("tokenizer", tokenizer.map(ExportCommand::about).orElse("none: the file takes and gives token ids alone"));
        GgufWriter whole = tokenizer.map(writer::with).orElseGet(writer::withoutTokenizer);
        long bytes = whole.weightBytes();
        whole.write(target, done -> bar.progress(done, bytes));
    }

    private void safetensors(StoredModel stored, float[] params, Optional<Tokenizer> tokenizer, ByteProgressBar bar) {
        TokenizerFiles files = tokenizer.map(some -> TokenizerFiles.of(some, stored.shape().maxT())).orElse(TokenizerFiles.NONE);
        say("tokenizer", tokenizer.map(ExportCommand::about).orElse("none: the directory takes and gives token ids alone"));
        long bytes = HuggingFaceWriter.weightBytes(stored.shape());
        List<String> names = new HuggingFaceWriter(stored.shape(), params, files).write(target, done -> bar.progress(done, bytes));
        say("files", String.join(" ", names));
    }

    private static String about(Tokenizer tokenizer) {
        return tokenizer.name().equals("bytes")
            ? "bytes: byte-level BPE with 256 tokens and no merges; token 0, the NUL between documents, is called <|endoftext|>"
            : tokenizer.name() + ": OpenAI's vocabulary and merges";
    }

    private Optional<Tokenizer> tokenizer(StoredModel stored) {
        if (NO_TOKENIZER.equals(tokenizerName)) {
            return Optional.empty();
        }
        return tokenizerName == null ? stored.knownTokenizer() : Optional.of(stored.tokenizer(tokenizerName));
    }

    private void say(String name, Object value) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(FileDescription.line(name, value));
        out.flush();
    }
}
