package lockstep.common.replica;

import java.util.OptionalDouble;

/**
 * What all nodes agreed on about a step before any of them changes its weights. What follows from it (learning rate, clipping, whether to skip) is a function of these numbers and the state,
 * and so the same everywhere.
 *
 * @param step the number of the update, from 0
 * @param lossNats mean over the step's micro-batches, by ascending index
 * @param gradNorm global L2 norm of the averaged gradient
 * @param bestValLossNats lowest validation loss that the leading node has measured
 */
public record Commit(int step, double lossNats, double gradNorm, OptionalDouble bestValLossNats) {}
