package lockstep.node.train;

/** A model as the loop sees it: losses and gradients of micro-batches at the weights of the {@link TrainingState} that it was built on. */
public interface GradientSource {
    /** {@link #accumulate} that overwrites grads instead. */
    double gradient(float[] grads, int[] tokens, int[] targets);

    /**
     * Adds the gradient of this micro-batch's mean loss to grads.
     *
     * @param grads all parameters in model order
     * @param tokens (B,T)
     * @param targets (B,T)
     * @return mean loss in nats
     */
    double accumulate(float[] grads, int[] tokens, int[] targets);

    /** Mean loss of a batch in nats, without gradient. */
    double loss(int[] tokens, int[] targets);

    /** Time spent so far in the forward passes of {@link #gradient} and {@link #accumulate}. */
    long forwardNs();

    /** Time spent so far in the backward passes of {@link #gradient} and {@link #accumulate}. */
    long backwardNs();
}
