package lockstep.deploy.train;

import lockstep.common.config.AdamWSettings;
import lockstep.common.model.ModelShape;
import lockstep.common.text.NamedText;
import lockstep.node.train.TrainerBuilder;

/**
 * Every default of {@code train}, in one place. A run without an option trains the small model here on the text that Lockstep carries, in about
 * two minutes on two cores, to {@link PublishedWeights}.
 * The descriptions of the options quote these numbers.
 */
public final class DefaultRun {
    /** The small model, of any run that names none. Its longest context is the run's sequence length. */
    public static final int LAYERS = 4;
    public static final int HEADS = 4;
    public static final int CHANNELS = 128;

    public static final NamedText TEXT = NamedText.SHAKESPEARE;

    public static final int BATCH = 8;
    public static final int SEQ_LEN = 128;
    public static final int STEPS = 2000;
    public static final String LR = "3e-3";

    /** A model that was named or lies in a file is larger: what fits next to it, and one epoch of the data. */
    public static final int LARGE_BATCH = 4;
    public static final int LARGE_SEQ_LEN = 256;
    public static final int LARGE_EPOCHS = 1;
    /** For weights that are trained already. */
    public static final String FINE_TUNING_LR = "1e-4";

    public static final int MICRO_BATCHES = 1;
    public static final long SEED = TrainerBuilder.SEED;
    public static final String SHUFFLE = "full";
    public static final String LR_SCHEDULE = "cosine";
    public static final String FINAL_LR_FRACTION = TrainerBuilder.FINAL_LR_FRACTION;
    public static final AdamWSettings ADAM_W = AdamWSettings.DEFAULT;
    public static final int WARMUP_DIVISOR = TrainerBuilder.WARMUP_DIVISOR;
    public static final int WARMUP_MAX_STEPS = TrainerBuilder.WARMUP_MAX_STEPS;

    /** How often a run validates and samples, beside the end. */
    public static final int VALIDATIONS = 6;
    public static final int SAMPLES = 3;
    public static final int VAL_BATCHES = 20;
    public static final int SAMPLE_TOKENS = 256;
    public static final int CHECKPOINT_EVERY = 1000;
    public static final int KEEP = TrainerBuilder.KEEP;
    /** Runs up to this many steps print every one of them, longer ones about this many lines. */
    public static final int LOG_LINES = 60;

    private DefaultRun() {}

    /** Rates of the GPT-3 paper (table 2.1) by width, which llm.c's scripts use too. */
    static float lrFromScratch(ModelShape shape) {
        if (shape.C() <= 768) {
            return 6e-4f;
        }
        if (shape.C() <= 1024) {
            return 3e-4f;
        }
        return shape.C() <= 1536 ? 2.5e-4f : 2e-4f;
    }

    static int warmup(int steps) {
        return TrainerBuilder.warmup(steps);
    }

    /** Steps from one event to the next where a run has so many of them, rounded up: the last one is at the end and not just before it. */
    static int every(int steps, int times) {
        return Math.ceilDiv(steps, times);
    }
}
