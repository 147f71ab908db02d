package lockstep.node.train;

import lockstep.common.UserError;

/**
 * How often the loop does what it does beside training. Each also happens after the run's last step unless it is off.
 *
 * @param validateEvery steps from one validation to the next, the first before step 0; 0 = never validate
 * @param sampleEvery steps from one sample text to the next; 0 = never sample
 * @param checkpointEvery steps from one checkpoint to the next; 0 = only where the loop ends
 * @param examineEvery steps from one examination to the next; 0 = never ask
 */
public record Cadence(int validateEvery, int sampleEvery, int checkpointEvery, int examineEvery) {
    public Cadence {
        requireNotNegative("--val-every", validateEvery);
        requireNotNegative("--sample-every", sampleEvery);
        requireNotNegative("--checkpoint-every", checkpointEvery);
        requireNotNegative("--hellaswag-every", examineEvery);
    }

    /** One without examinations. */
    public Cadence(int validateEvery, int sampleEvery, int checkpointEvery) {
        this(validateEvery, sampleEvery, checkpointEvery, 0);
    }

    boolean validates(int step, boolean last) {
        return validateEvery > 0 && (last || step % validateEvery == 0);
    }

    boolean samples(int step, boolean last) {
        return sampleEvery > 0 && (last || step > 0 && step % sampleEvery == 0);
    }

    /** As llm.c has it, not before the first step. */
    boolean examines(int step, boolean last) {
        return examineEvery > 0 && (last || step > 0 && step % examineEvery == 0);
    }

    boolean checkpoints(int step) {
        return checkpointEvery > 0 && step > 0 && step % checkpointEvery == 0;
    }

    private static void requireNotNegative(String option, int value) {
        if (value < 0) {
            throw new UserError(option + " must be >= 0, found " + value);
        }
    }
}
