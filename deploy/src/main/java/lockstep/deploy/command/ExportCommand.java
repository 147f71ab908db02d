package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.format.DurableDirectory;
import lockstep.common.format.FileDescription;
import lockstep.common.format.ModelFile;
import lockstep.common.huggingface.HuggingFaceWriter;
import lockstep.common.huggingface.TokenizerFiles;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.model.StoredModel;

/** {@code lockstep export}: a model for other programs. */
@Command(
    name = "export",
    description = {"Writes a model for other programs. Nothing is overwritten.", "",
        "safetensors: a directory that transformers' from_pretrained loads: weights, configuration, tokenizer. To read it again gives the same bits.",
        "bin: llm.c's model file, version 3."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep export runs/bard --to safetensors bard-hf"})
public final class ExportCommand implements Callable<Integer> {
    private static final List<String> FORMATS = List.of("safetensors", "bin");
    private static final String NO_TOKENIZER = "none";

    @Parameters(index = "0", paramLabel = "MODEL",
        description = "A model file, a checkpoint, a run directory, or a model of Hugging Face (safetensors).")
    private Path model;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The directory or file to write; must not exist yet.")
    private Path target;

    @Option(names = "--to", paramLabel = "safetensors|bin", required = true, description = "What to write.")
    private String format;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes|none",
        description = "Of the model, to be written beside it. Default: the one that the checkpoint names or that fits the vocabulary, else none.")
    private String tokenizerName;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!FORMATS.contains(format)) {
            throw new UserError("--to: found " + format + ", expected one of " + String.join(", ", FORMATS));
        }
        DurableDirectory.requireAbsent(target);
        StoredModel stored = StoredModel.find(model);
        Optional<Tokenizer> tokenizer = tokenizer(stored);
        float[] params = stored.weights(0);
        say("model", stored.file());
        switch (format) {
            case "safetensors" -> safetensors(stored, params, tokenizer);
            default -> ModelFile.write(target, stored.shape(), params);
        }
        say("wrote", target);
        say("weights sha256", ModelFile.weightsSha256(params));
        return 0;
    }

    private void safetensors(StoredModel stored, float[] params, Optional<Tokenizer> tokenizer) {
        TokenizerFiles files = tokenizer.map(some -> TokenizerFiles.of(some, stored.shape().maxT())).orElse(TokenizerFiles.NONE);
        say("tokenizer", tokenizer.map(ExportCommand::about).orElse("none: the directory takes and gives token ids alone"));
        try (ByteProgressBar bar = new ByteProgressBar("export")) {
            long bytes = HuggingFaceWriter.weightBytes(stored.shape());
            List<String> names = new HuggingFaceWriter(stored.shape(), params, files).write(target, done -> bar.progress(done, bytes));
            say("files", String.join(" ", names));
        }
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
