package lockstep.deploy.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.text.CorpusResult;
import lockstep.common.text.TinyShakespeare;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.Download;
import lockstep.deploy.download.KnownFile;

/** {@code lockstep data tinyshakespeare}: the small data set that everybody trains on first. */
@Command(
    name = "tinyshakespeare",
    description = {
        "Downloads 1.1 MB of Shakespeare and writes the same shards as llm.c's script: tiny_shakespeare_train.bin (305,260 tokens) and"
            + " tiny_shakespeare_val.bin (32,768).",
        "",
        "A broken download is continued by the same command; size and SHA-256 are checked, and a part with a wrong checksum is removed."
            + " A text that is there already is not downloaded again."},
    mixinStandardHelpOptions = true,
    footer = {"", "Example: lockstep data tinyshakespeare --tokenizer bytes --out data/tinyshakespeare"})
final class DataTinyshakespeareCommand implements Callable<Integer> {
    private static final String URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt";
    private static final KnownFile TEXT = new KnownFile(1_115_394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed");

    private final KnownFile expected;
    private final Deadlines deadlines;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "data/tinyshakespeare",
        description = "Where the text and the shards go; made if it isn't there. Nothing in"
            + " it is overwritten. Default: ${DEFAULT-VALUE}.")
    private Path outDir;

    @Option(names = "--from", paramLabel = "URL", defaultValue = URL,
        description = "Where to get the text: http, https or file URL, or a path from /, ./ or ~/ on. Default: ${DEFAULT-VALUE}.")
    private URI source;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes", defaultValue = "gpt2",
        description = "gpt2: byte-pair encoding, 50,257 tokens. bytes: each byte is a"
            + " token, the shards are called tiny_shakespeare_bytes_…, the validation text is the same. Default: ${DEFAULT-VALUE}.")
    private String tokenizerName;

    DataTinyshakespeareCommand() {
        this(TEXT, Deadlines.DEFAULTS);
    }

    DataTinyshakespeareCommand(KnownFile expected, Deadlines deadlines) {
        this.expected = expected;
        this.deadlines = deadlines;
    }

    @Override
    public Integer call() {
        Tokenizer tokenizer = Tokenizer.named(tokenizerName);
        TinyShakespeare.requireAbsent(outDir, tokenizer);
        Path text = outDir.resolve("tiny_shakespeare.txt");
        try (ByteProgressBar bar = new ByteProgressBar("download")) {
            new Download(deadlines).fetch(source, expected, text, bar);
        }
        CorpusResult result = TinyShakespeare.prepare(text, tokenizer, outDir);
        CorpusSummary.print(spec.commandLine().getOut(), result, tokenizer);
        return 0;
    }
}
