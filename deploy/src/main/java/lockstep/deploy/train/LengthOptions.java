package lockstep.deploy.train;

import java.util.Optional;

import picocli.CommandLine.Option;

/** How much is trained at once and in all. */
final class LengthOptions {
    @Option(names = "--batch", paramLabel = "B",
        description = "Sequences of a micro-batch. Default: " + DefaultRun.BATCH + " for the small model, else "
            + DefaultRun.LARGE_BATCH + ".")
    Optional<Integer> batch = Optional.empty();

    @Option(names = "--seq-len", paramLabel = "T",
        description = "Tokens of a sequence. Default: " + DefaultRun.SEQ_LEN + " for the small model, else "
            + DefaultRun.LARGE_SEQ_LEN + " or the model's longest context.")
    Optional<Integer> seqLen = Optional.empty();

    @Option(names = "--micro-batches", paramLabel = "M",
        description = "Micro-batches of a step, so that it trains on M*B*T tokens. Default: "
            + DefaultRun.MICRO_BATCHES + ".")
    Optional<Integer> microBatches = Optional.empty();

    @Option(names = "--total-batch", paramLabel = "TOKENS", description = "Tokens of a step instead, a multiple of B*T. Default: M*B*T.")
    Optional<Long> totalBatch = Optional.empty();

    @Option(names = "--groups", paramLabel = "G", description = "Groups that a step's micro-batches are summed in, a power of two up to M."
        + " Default: the largest one up to 8 and M.")
    Optional<Integer> groups = Optional.empty();

    @Option(names = "--steps", paramLabel = "N",
        description = "Steps of the run. Default: " + DefaultRun.STEPS + " for the small model, else "
            + DefaultRun.LARGE_EPOCHS + " epoch.")
    Optional<Integer> steps = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N",
        description = "Passes over the training data instead, cut to whole steps. Default: as --steps says.")
    Optional<Integer> epochs = Optional.empty();
}
