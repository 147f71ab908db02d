package lockstep.common.config;

import lockstep.common.UserError;

/**
 * When a step's update is skipped: its loss or gradient norm lies more than so many standard deviations above the mean of the last 128 steps.
 *
 * @param lossZ threshold for the loss; {@link Double#POSITIVE_INFINITY} never skips
 * @param gradZ threshold for the gradient norm; {@link Double#POSITIVE_INFINITY} never skips
 */
public record SpikeRule(double lossZ, double gradZ) {
    public static final SpikeRule NEVER = new SpikeRule(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    public SpikeRule {
        requirePositive("--skip-loss-z", lossZ);
        requirePositive("--skip-grad-z", gradZ);
    }

    /** @param z z-score of the loss, NaN while the window is not full: then nothing is skipped */
    public boolean skipsLoss(double z) {
        return z > lossZ;
    }

    /** @param z z-score of the gradient norm, NaN while the window is not full: then nothing is skipped */
    public boolean skipsGradient(double z) {
        return z > gradZ;
    }

    private static void requirePositive(String option, double threshold) {
        if (!(threshold > 0)) {
            throw new UserError(option + " must be > 0, found " + threshold);
        }
    }
}
