package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Option;

/** Where a run lies, where it starts and stops, and what it may use. */
final class RunOptions {
    @Option(names = "--out", paramLabel = "DIR",
        description = "Directory of the run: new, or empty; beside --join or --kubernetes-dns also one"
            + " that holds the run, which goes on. Default: runs/<date>-<time>.")
    Optional<Path> out = Optional.empty();

    @Option(names = "--config", paramLabel = "FILE",
        description = "JSON object of these options without dashes, as every run's config.json is:"
            + " {\"batch\": 4, \"seq-len\": 64}. The command line goes before it. Default: none.")
    Optional<Path> config = Optional.empty();

    @Option(names = "--resume", paramLabel = "RUN_DIR",
        description = "Go on with a run from its newest checkpoint, exactly as if it had never stopped. --steps beside it gives the run another length where its"
            + " schedule allows that (constant always, wsd before its decay). Default: none.")
    Optional<Path> resume = Optional.empty();

    @Option(names = "--stop-after", paramLabel = "STEP",
        description = "End early, after this step, with a checkpoint; a node that joins leaves after it, and the others go on. Default: the last step.")
    Optional<Integer> stopAfter = Optional.empty();

    @Option(names = "--threads", paramLabel = "N",
        description = "Threads that compute; the result never depends on it. Default: all processors.")
    Optional<Integer> threads = Optional.empty();

    @Option(names = "--recompute", paramLabel = "none|gelu|block",
        description = "What the backward pass computes again instead of keeping: less memory, more time, the same bits. Default: none.")
    Optional<String> recompute = Optional.empty();

    @Option(names = "--vector", paramLabel = "512|256|128|scalar",
        description = "Bits of a vector, or plain loops (very slow): the same bits come out. Default: the widest that the processor prefers.")
    Optional<String> vector = Optional.empty();
}
