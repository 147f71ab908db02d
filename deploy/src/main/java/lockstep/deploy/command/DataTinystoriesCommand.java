package lockstep.deploy.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.text.CorpusResult;
import lockstep.common.text.TinyStories;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.DownloadSet;

/** {@code lockstep data tinystories}: stories that a small model can learn to tell. */
@Command(
    name = "tinystories",
    description = {
        "Downloads TinyStories (1.6 GB) and writes shards by the rule of llm.c's script: TinyStories_val.bin of the archive's first file, TinyStories_train.bin"
            + " of the other 49, about 19 and 926 million tokens of gpt2, 1.9 GB.",
        "",
        "The stories of each file are shuffled as Python does it from llm.c's seeds. llm.c's script writes the files of training in an order that differs from run"
            + " to run; here they come by name.",
        "",
        "A broken download is continued by the same command. The archive's SHA-256 is kept in SHA256SUMS: a second download, or a mirror, has to have the same."
            + " An archive that is there already is not downloaded again; it may be removed once the shards are made. Memory does not grow with it; while it works,"
            + " the directory holds the text of a file beside, or of more where the archive has them out of order."},
    mixinStandardHelpOptions = true,
    footer = {"", "Example: lockstep data tinystories --threads 8"})
final class DataTinystoriesCommand implements Callable<Integer> {
    static final String ARCHIVE = "TinyStories_all_data.tar.gz";
    private static final String PLACE = "https://huggingface.co/datasets/roneneldan/TinyStories/resolve/main/";

    private final int files;
    private final Deadlines deadlines;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "data/tinystories",
        description = "Where the archive and the shards go; made if it isn't there. Nothing in it is overwritten. Default: ${DEFAULT-VALUE}.")
    private Path outDir;

    @Option(names = "--from", paramLabel = "URL", defaultValue = PLACE,
        description = "Directory of a mirror that has " + ARCHIVE
            + ", with a / at the end: http, https or file URL, or a path from /, ./ or ~/ on. Default: ${DEFAULT-VALUE}.")
    private URI source;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes", defaultValue = "gpt2",
        description = "gpt2: byte-pair encoding, 50,257 tokens. bytes: each byte is a token, the shards are called TinyStories_bytes_…, and there are several of training,"
            + " for a header counts 2,147,483,647 tokens at most."
            + " Default: ${DEFAULT-VALUE}.")
    private String tokenizerName;

    @Option(names = "--threads", paramLabel = "N",
        description = "Threads that encode, beside the one that reads and writes; the shards are the same for any number. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    DataTinystoriesCommand() {
        this(TinyStories.FILES, Deadlines.DEFAULTS);
    }

    DataTinystoriesCommand(int files, Deadlines deadlines) {
        this.files = files;
        this.deadlines = deadlines;
    }

    @Override
    public Integer call() {
        Options.positive("--threads", threads);
        Options.directory("--from", source);
        Tokenizer tokenizer = Tokenizer.named(tokenizerName);
        TinyStories.requireAbsent(outDir, tokenizer);
        try (ByteProgressBar bar = new ByteProgressBar("download")) {
            new DownloadSet(deadlines, 1, outDir, TinyStories::requireArchive).fetch(source, List.of(ARCHIVE), bar);
        }
        try (InterruptOnSignal signal = new InterruptOnSignal()) {
            return signal.orSay(spec.commandLine().getErr(), () -> {
                CorpusSummary.print(spec.commandLine().getOut(), prepare(tokenizer), tokenizer);
                return 0;
            });
        }
    }

    private CorpusResult prepare(Tokenizer tokenizer) {
        try (ByteProgressBar bar = new ByteProgressBar("tokens")) {
            return new TinyStories(files, threads).prepare(outDir.resolve(ARCHIVE), tokenizer, outDir, bar);
        }
    }
}
