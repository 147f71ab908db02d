package lockstep.node.train;

/** Sums over whole gradients, in an order that never depends on threads. */
public interface GradientArithmetic {
    /** dst += src */
    void add(float[] dst, float[] src);

    /**
     * Divides by M in place.
     *
     * @return the global L2 norm of the quotient, summed in double
     */
    double averageAndNorm(float[] grads, int M);
}
