package lockstep.deploy.command;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.ShellWord;
import lockstep.common.UserError;
import lockstep.common.format.TokenShard;
import lockstep.deploy.download.Deadlines;
import lockstep.deploy.download.DownloadSet;

/** {@code lockstep data fineweb10B} and {@code data edu-fineweb}: shards that llm.c's author has tokenised and published. */
abstract sealed class DataShardsCommand implements Callable<Integer> {
    private static final int MOST_PARALLEL = 32;

    private final Published published;

    @Spec
    private CommandSpec spec;

    @Option(names = "--shards", paramLabel = "N", defaultValue = "1",
        description = "How many shards to train on, from the first on: 100 million tokens and 200 MB each. Default: ${DEFAULT-VALUE}.")
    private int shards;

    @Option(names = "--parallel", paramLabel = "N", defaultValue = "4",
        description = "How many files at a time, 1 to " + MOST_PARALLEL + ". Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Where they go; made if it isn't there. Nothing in it is overwritten. Default: data/NAME.")
    private Path outDir;

    @Option(names = "--from", paramLabel = "URL",
        description = "Directory of a mirror that has the same names, with a / at the end: http, https or file URL, or a path from /, ./ or ~/ on. Default: where they were published.")
    private URI mirror;

    /**
     * @param prefix of the shards' names
     * @param trainShards how many there are to train on, numbered from 1; number 0 is to validate
     * @param place where they lie
     */
    record Published(String name, String prefix, int trainShards, URI place, Deadlines deadlines) {
        Published(String name, String prefix, int trainShards, String place) {
            this(name, prefix, trainShards, URI.create(place), Deadlines.DEFAULTS);
        }

        String validation() {
            return prefix + "_val_000000.bin";
        }

        String train(int number) {
            return String.format(Locale.ROOT, "%s_train_%06d.bin", prefix, number);
        }
    }

    DataShardsCommand(Published published) {
        this.published = published;
    }

    @Override
    public Integer call() {
        if (shards < 1 || shards > published.trainShards()) {
            throw new UserError("--shards must be 1 to " + published.trainShards() + ", found " + shards);
        }
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new UserError("--parallel must be 1 to " + MOST_PARALLEL + ", found " + parallel);
        }
        URI base = mirror == null ? published.place() : mirror;
        Options.directory("--from", base);
        Path out = outDir == null ? Path.of("data", published.name()) : outDir;
        List<String> names = new ArrayList<>(List.of(published.validation()));
        IntStream.rangeClosed(1, shards).mapToObj(published::train).forEach(names::add);
        try (ByteProgressBar bar = new ByteProgressBar("download")) {
            new DownloadSet(published.deadlines(), parallel, out, DataShardsCommand::requireShard).fetch(base, names, bar);
        }
        say(out, names);
        return 0;
    }

    /** The header, and that the size is what it says. */
    private static void requireShard(Path file) {
        TokenShard.open(file).close();
    }

    private void say(Path out, List<String> names) {
        long tokens = 0;
        for (String name : names.subList(1, names.size())) {
            try (TokenShard shard = TokenShard.open(out.resolve(name))) {
                tokens += shard.tokens();
            }
        }
        PrintWriter console = spec.commandLine().getOut();
        console.printf(Locale.ROOT, "training   %,d tokens in %,d of %,d shards: %s%n", tokens, shards, published.trainShards(), out);
        console.println("checksums  " + out.resolve(DownloadSet.LIST));
        console
            .println("next       ./lockstep train --model d12 --data " + ShellWord.of(out.resolve(published.prefix() + "_train_*.bin"))
                + " --val-data "
                + ShellWord.of(out.resolve(published.validation())));
        console.flush();
    }

    /** Ten billion tokens of FineWeb. */
    @Command(
        name = "fineweb10B",
        description = {
            "Downloads shards of FineWeb's sample of 10 billion tokens, in GPT-2's tokens, as llm.c's author published them: one to validate, and"
                + " up to 103 to train on.",
            "",
            "A broken download is continued by the same command. Each file's size and header are checked, and its SHA-256 is kept in SHA256SUMS: a second"
                + " download, or a mirror, has to have the same."},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: lockstep data fineweb10B --shards 10"})
    static final class FineWeb extends DataShardsCommand {
        FineWeb() {
            this(new Published("fineweb10B", "fineweb", 103, "https://huggingface.co/datasets/kjj0/fineweb10B-gpt2/resolve/main/"));
        }

        FineWeb(Published published) {
            super(published);
        }
    }

    /** A hundred billion tokens of FineWeb-Edu. */
    @Command(
        name = "edu-fineweb",
        description = {
            "Downloads shards of FineWeb-Edu's sample of 100 billion tokens, in GPT-2's tokens, as llm.c's author published them: one to validate,"
                + " and up to 1,001 to train on.",
            "",
            "A broken download is continued by the same command. Each file's size and header are checked, and its SHA-256 is kept in SHA256SUMS: a second"
                + " download, or a mirror, has to have the same."},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: lockstep data edu-fineweb --shards 10"})
    static final class EduFineWeb extends DataShardsCommand {
        EduFineWeb() {
            super(new Published("edu-fineweb", "edu_fineweb", 1001,
                "https://huggingface.co/datasets/karpathy/fineweb-edu-100B-gpt2-token-shards/resolve/main/"));
        }
    }
}
