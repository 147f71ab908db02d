package lockstep.node.train;

import java.util.function.BooleanSupplier;

import lockstep.common.model.FinalRanges;
import lockstep.common.timing.Spans;

/** A model as the loop sees it: losses and gradients of micro-batches at the weights of the {@link TrainingState} that it was built on. */
public interface GradientSource {
    /** {@link #accumulate} that overwrites grads instead. */
    double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals);

    /**
     * Adds the gradient of this micro-batch's mean loss to grads.
     *
     * @param grads all parameters in model order
     * @param tokens (B,T)
     * @param targets (B,T)
     * @param interrupted asked several times on the way; once true it has to stay so
     * @param finals hears during the backward pass which floats of grads are done with, all of them in the end
     * @return mean loss in nats; NaN where it was given up, and grads are worthless then
     */
    double accumulate(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals);

    /** Mean loss of a batch in nats, without gradient. */
    double loss(int[] tokens, int[] targets);

    /** Tells of the passes of {@link #gradient} and {@link #accumulate} from now on. */
    default void tell(Spans spans) {}

    /** Rises as long as anything is computed with what this computes with. Any thread. */
    default long work() {
        return 0;
    }

    /** Time spent so far in the forward passes of {@link #gradient} and {@link #accumulate}. */
    long forwardNs();
}
