package lockstep.node.train;

/** Sums over whole gradients, in an order that never depends on threads. */
public interface GradientArithmetic {
    /** dst += src */
    void add(float[] dst, float[] src);

    /** The same for the values [from, to). */
    void add(float[] dst, float[] src, int from, int to);

    /**
     * Divides by M in place.
     *
     * @return the global L2 norm of the quotient, summed in double
     */
    double averageAndNorm(float[] grads, int M);

    /** Divides count values by M in place, as {@link #averageAndNorm} does. Any thread. */
    void divide(float[] values, int offset, int count, int M);

    /** The global L2 norm, as {@link #averageAndNorm} measures it. */
    double norm(float[] grads);

    /** A checksum of the values' bits: any single flipped bit changes it. */
    long digest(float[] values);
}
