package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Option;

/** What happens between steps. None of it changes the weights. */
final class BesideOptions {
    @Option(names = "--val-every", paramLabel = "STEPS",
        description = "Steps from one validation to the next; 0 = never. Default: a sixth of the steps.")
    Optional<Integer> valEvery = Optional.empty();

    @Option(names = "--val-batches", paramLabel = "N", description = "Batches of a validation. Default: " + DefaultRun.VAL_BATCHES + ".")
    Optional<Integer> valBatches = Optional.empty();

    @Option(names = "--sample-every", paramLabel = "STEPS",
        description = "Steps from one sample text to the next; 0 = never. Default: a third of the steps.")
    Optional<Integer> sampleEvery = Optional.empty();

    @Option(names = "--sample-tokens", paramLabel = "N", description = "Tokens of a sample. Default: " + DefaultRun.SAMPLE_TOKENS + ".")
    Optional<Integer> sampleTokens = Optional.empty();

    @Option(names = "--hellaswag", paramLabel = "FILE",
        description = "HellaSwag, to be answered from time to time: hellaswag_val.jsonl or llm.c's hellaswag_val.bin. Default: none.")
    Optional<Path> hellaswag = Optional.empty();

    @Option(names = "--hellaswag-every", paramLabel = "STEPS",
        description = "Steps from one examination to the next; 0 = never. Default: with --hellaswag a sixth of the steps.")
    Optional<Integer> hellaswagEvery = Optional.empty();

    @Option(names = "--hellaswag-questions", paramLabel = "N", description = "Only the first N questions. Default: all of the file.")
    Optional<Integer> hellaswagQuestions = Optional.empty();

    @Option(names = "--checkpoint-every", paramLabel = "STEPS",
        description = "Steps from one checkpoint to the next; 0 = only at the end. Default: "
            + DefaultRun.CHECKPOINT_EVERY + ".")
    Optional<Integer> checkpointEvery = Optional.empty();

    @Option(names = "--keep", paramLabel = "N", description = "Keep the newest N checkpoints; 0 = all. Default: " + DefaultRun.KEEP + ".")
    Optional<Integer> keep = Optional.empty();

    @Option(names = "--keep-major", paramLabel = "STEPS",
        description = "Never delete a checkpoint whose step is a multiple of this; 0 = none. Default: 0.")
    Optional<Integer> keepMajor = Optional.empty();

    @Option(names = "--keep-best", arity = "0..1", fallbackValue = "true", paramLabel = "true|false",
        description = "Keep the checkpoint with the lowest"
            + " validation loss too. Default: false.")
    Optional<Boolean> keepBest = Optional.empty();

    @Option(names = "--log-every", paramLabel = "STEPS",
        description = "Steps from one printed line to the next; the logs have every step. Default: every step"
            + " up to " + DefaultRun.LOG_LINES + " steps, else about " + DefaultRun.LOG_LINES + " lines.")
    Optional<Integer> logEvery = Optional.empty();
}
