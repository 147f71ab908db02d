package lockstep.deploy.command;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.ShellWord;
import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.format.Sha256;
import lockstep.common.huggingface.HuggingFaceModel;
import lockstep.common.huggingface.HuggingFaceWriter;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.Download;
import lockstep.deploy.download.KnownFile;

/** {@code lockstep get}: OpenAI's weights. */
@Command(
    name = "get",
    description = {
        "Downloads OpenAI's weights of GPT-2 as safetensors, to fine-tune or to talk to: gpt2 (124M), gpt2-medium (355M), gpt2-large"
            + " (774M) or gpt2-xl (1558M).",
        "",
        "A broken download is continued by the same command. Size and, where it is known or the server says it, SHA-256 are checked, then every"
            + " tensor's shape. What is there already is not downloaded again."},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: lockstep get gpt2"})
public final class GetCommand implements Callable<Integer> {
    private static final String HUB = "https://huggingface.co/openai-community/";
    private static final String FILE = "model.safetensors";
    private static final Map<String, Known> MODELS = new TreeMap<>(Map.of(
        "gpt2", new Known("d12",
            Optional.of(new KnownFile(548_105_171, "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707"))),
        "gpt2-medium", new Known("d24", Optional.empty()),
        "gpt2-large", new Known("d36", Optional.empty()),
        "gpt2-xl", new Known("d48", Optional.empty())));

    private final Map<String, Known> models;
    private final Tokenizer tokenizer;
    private final Deadlines deadlines;

    @Parameters(paramLabel = "gpt2|gpt2-medium|gpt2-large|gpt2-xl", description = "Which model.")
    private String name;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Where it goes; made if it isn't there. Nothing in it is overwritten. Default: models/NAME.")
    private Path outDir;

    @Option(names = "--from", paramLabel = "URL",
        description = "Where to get its model.safetensors, or the directory of it with a / at the end: http, https or file URL, or a path from /, ./ or ~/ on. Default: "
            + "OpenAI's repository at huggingface.co.")
    private URI source;

    @Spec
    private CommandSpec spec;

    /**
     * @param shape by llm.c's name
     * @param file where it is known beforehand
     */
    record Known(ModelShape shape, Optional<KnownFile> file) {
        Known(String shape, Optional<KnownFile> file) {
            this(ModelShape.named(shape, Tokenizer.named("gpt2").vocabularySize()), file);
        }
    }

    public GetCommand() {
        this(MODELS, Tokenizer.named("gpt2"), Deadlines.DEFAULTS);
    }

    GetCommand(Map<String, Known> models, Tokenizer tokenizer, Deadlines deadlines) {
        this.models = models;
        this.tokenizer = tokenizer;
        this.deadlines = deadlines;
    }

    @Override
    public Integer call() {
        Known known = models.get(name);
        if (known == null) {
            throw new UserError("get: found " + name + ", expected one of " + String.join(", ", models.keySet()));
        }
        Path directory = outDir == null ? Path.of("models", name) : outDir;
        Path weights = directory.resolve(FILE);
        URI from = source();
        Download download = new Download(deadlines);
        if (known.file().isPresent() || Files.notExists(weights)) {
            KnownFile expected = known.file().orElseGet(() -> download.announced(from));
            try (ByteProgressBar bar = new ByteProgressBar("download")) {
                download.fetch(from, expected, weights, bar);
            }
        }
        HuggingFaceWriter.writeConfig(directory, known.shape(), tokenizer);
        HuggingFaceModel model = HuggingFaceModel.open(directory);
        if (!model.shape().equals(known.shape())) {
            throw new UserError(directory + "/config.json: sizes: found " + model.shape() + ", expected those of " + name + ", "
                + known.shape() + "; choose another --out");
        }
        say("model", weights);
        say("size", FileDescription.size(HuggingFaceWriter.weightBytes(model.shape())) + " of weights");
        say("sha256", Sha256.of(weights) + (known.file().isPresent() ? ", as expected" : ""));
        say("fine-tune", "./lockstep train --model " + ShellWord.of(directory) + " --text FILE");
        return 0;
    }

    private URI source() {
        if (source == null) {
            return URI.create(HUB + name + "/resolve/main/" + FILE);
        }
        return source.toString().endsWith("/") ? source.resolve(FILE) : source;
    }

    private void say(String field, Object value) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(FileDescription.line(field, value));
        out.flush();
    }
}
