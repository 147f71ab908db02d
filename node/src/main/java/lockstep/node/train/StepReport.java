package lockstep.node.train;

/**
 * One finished step.
 *
 * @param step 1 after the first update
 * @param steps of the whole run
 * @param lossNats mean over the step's tokens
 * @param lossZ z-score of the loss in its window, NaN until the window is full
 * @param gradNorm global L2 norm of the averaged gradient, before clipping
 * @param gradZ z-score of the norm in its window, NaN until the window is full
 * @param updated false where the spike rule skipped the update
 * @param reduceNs summing groups, average and norm
 * @param tokens trained on in this step
 */
public record StepReport(int step, int steps, double lossNats, double lossZ, double gradNorm, double gradZ, float lr, boolean updated,
    long dataNs, long forwardNs, long backwardNs, long reduceNs, long adamwNs, long stepNs, long tokens) {}
