package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.compress.Compression;
import lockstep.common.text.CorpusResult;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.common.text.NamedText;
import lockstep.common.text.Tokenizer;

/** {@code lockstep data text}: any text of the user's. */
@Command(
    name = "text",
    description = {
        "Turns a text file, or every text file below a directory, into token shards NAME_train_000000.bin … and NAME_val_000000.bin …",
        "",
        "Works in bounded memory, so the text may be larger than it. Files of a directory come in name order, each document after an end-of-text token; hidden and"
            + " binary files are skipped, counted and named. Validation is the last part of a single document (16 MiB at most), and every n-th document of several (until"
            + " they hold 16 MiB). A compressed file gives the shards of what is in it. What a file is, its content says: JSON lines under any name, gzip, Zstandard,"
            + " and what is no text and is refused. Of a data set's directory as Hugging Face lays it out, its data are read, of the split to train on, and not its"
            + " README.md. A byte order mark is no text. A file with more than one place in 1,000 bytes that is no UTF-8 is refused,"
            + " in a directory left out and named; fewer are counted."},
    mixinStandardHelpOptions = true,
    footer = {"", "Example: lockstep data text books/ --tokenizer bytes --out data/books",
        "Example: lockstep data text pages.jsonl.zst --field content --out data/pages",
        "Example: lockstep data text stories.txt --delimiter '<|endoftext|>' --out data/stories",
        "Example: bzip2 -dc wiki.txt.bz2 | lockstep data text - --name wiki --out data/wiki"})
final class DataTextCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE|DIR|-",
        description = "UTF-8 text, or JSON lines with a document in each; as they are or compressed by gzip or zstd; or a directory of such files; or - for the"
            + " standard input, or another pipe, whose bytes are kept in DIR until the shards are written. Or by name: shakespeare (1.1 MB, which"
            + " Lockstep carries), jdk (the sources of this JDK's java.base).")
    private Path text;

    @Mixin
    private ReadingOptions reading;

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes", defaultValue = "gpt2",
        description = "gpt2: byte-pair encoding, 50,257 tokens. bytes: each byte is a"
            + " token. Default: ${DEFAULT-VALUE}.")
    private String tokenizerName;

    @Option(names = "--out", paramLabel = "DIR", required = true,
        description = "Where the shards go; made if it isn't there. Nothing in it is overwritten. Required.")
    private Path outDir;

    @Option(names = "--name", paramLabel = "NAME",
        description = "First part of the shards' names. Default: the name of the file (without its ending) or directory.")
    private String name;

    @Option(names = "--shard-tokens", paramLabel = "N", defaultValue = "" + CorpusSettings.DEFAULT_SHARD_TOKENS,
        description = "Most tokens of a shard (2 bytes"
            + " each). Default: ${DEFAULT-VALUE}.")
    private long shardTokens;

    @Option(names = "--val-fraction", paramLabel = "F", defaultValue = "" + CorpusSettings.DEFAULT_VAL_FRACTION,
        description = "Share of the text to keep for"
            + " validation, 0 to 0.5; 0 = none. Default: ${DEFAULT-VALUE}.")
    private double valFraction;

    @Option(names = "--threads", paramLabel = "N",
        description = "Threads that encode, beside the one that reads and writes; the shards are the same for any number. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        Options.positive("--threads", threads);
        CorpusSettings settings = new CorpusSettings(shardTokens, valFraction, CorpusSettings.DEFAULT_VAL_BYTES_CAP);
        CorpusSource source = NamedText.source(text, reading.reading());
        Tokenizer tokenizer = Tokenizer.named(tokenizerName);
        try (InterruptOnSignal signal = new InterruptOnSignal()) {
            return signal.orSay(spec.commandLine().getErr(), () -> {
                CorpusSummary.print(spec.commandLine().getOut(), prepare(source, tokenizer, settings), tokenizer);
                return 0;
            });
        }
    }

    private CorpusResult prepare(CorpusSource source, Tokenizer tokenizer, CorpusSettings settings) {
        try (ByteProgressBar bar = new ByteProgressBar("tokens")) {
            return new CorpusWriter(settings, threads).prepare(source, tokenizer, outDir, name == null ? nameOf(text) : name, bar);
        }
    }

    private static String nameOf(Path text) {
        String fileName = String.valueOf(text.toAbsolutePath().normalize().getFileName());
        String plain = Compression.of(fileName).bareName(fileName);
        String bare = plain.replaceFirst("(?<=.)\\.[^.]*$", "").replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "");
        return bare.isEmpty() ? "text" : bare;
    }
}
