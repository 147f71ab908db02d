package lockstep.deploy.train;

import java.util.Optional;

import picocli.CommandLine.Option;

/** How a gradient becomes an update. */
final class OptimizerOptions {
    @Option(names = "--lr", paramLabel = "X",
        description = "Peak learning rate. Default: " + DefaultRun.LR + " for the small model; by width 6e-4 to 2e-4 for"
            + " dN and gpt3:cN; " + DefaultRun.FINE_TUNING_LR + " for weights that are trained already.")
    Optional<Float> lr = Optional.empty();

    @Option(names = "--warmup", paramLabel = "STEPS", description = "Steps of linear warm-up. Default: a twentieth of the steps, at most "
        + DefaultRun.WARMUP_MAX_STEPS + ".")
    Optional<Integer> warmup = Optional.empty();

    @Option(names = "--lr-schedule", paramLabel = "NAME",
        description = "cosine, linear, constant or wsd (warm-up, stable, decay). Default: "
            + DefaultRun.LR_SCHEDULE + ".")
    Optional<String> lrSchedule = Optional.empty();

    @Option(names = "--final-lr-fraction", paramLabel = "X",
        description = "Rate of the last step as a fraction of the peak, 0 to 1. Default: "
            + DefaultRun.FINAL_LR_FRACTION + ".")
    Optional<Float> finalLrFraction = Optional.empty();

    @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's decoupled weight decay. Default: 0.1.")
    Optional<Float> weightDecay = Optional.empty();

    @Option(names = "--beta1", paramLabel = "X", description = "Decay of AdamW's first moment, below 1. Default: 0.9.")
    Optional<Float> beta1 = Optional.empty();

    @Option(names = "--beta2", paramLabel = "X", description = "Decay of AdamW's second moment, below 1. Default: 0.95.")
    Optional<Float> beta2 = Optional.empty();

    @Option(names = "--eps", paramLabel = "X", description = "AdamW's epsilon. Default: 1e-8.")
    Optional<Float> eps = Optional.empty();

    @Option(names = "--grad-clip", paramLabel = "NORM",
        description = "Largest L2 norm of the gradient before it is scaled down; 0 = off. Default: 1.0.")
    Optional<Float> gradClip = Optional.empty();

    @Option(names = "--decay", paramLabel = "matrices|all", description = "Which tensors decay. Default: matrices.")
    Optional<String> decay = Optional.empty();

    @Option(names = "--skip-loss-z", paramLabel = "Z",
        description = "Skip the update of a step whose loss lies more than Z standard deviations above the last"
            + " 128; 0 = never. Default: 0.")
    Optional<Double> skipLossZ = Optional.empty();

    @Option(names = "--skip-grad-z", paramLabel = "Z", description = "Likewise for the gradient norm; 0 = never. Default: 0.")
    Optional<Double> skipGradZ = Optional.empty();

    @Option(names = "--overfit-batch", arity = "0..1", fallbackValue = "true", paramLabel = "true|false",
        description = "Train on the first step's batch again"
            + " and again, to see that the model can learn. Default: false.")
    Optional<Boolean> overfitBatch = Optional.empty();
}
