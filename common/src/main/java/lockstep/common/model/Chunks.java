package lockstep.common.model;

/**
 * How an array of parameters, or of their gradients, is cut for sums and for the exchange: a constant of the model, never of the number of threads or nodes, so that no
 * sum by chunks can depend on them.
 */
public final class Chunks {
    /** Floats of a chunk, but for the last one: 1 MiB. */
    public static final int FLOATS = 1 << 18;

    private Chunks() {}

    public static int count(int parameters) {
        return Math.ceilDiv(parameters, FLOATS);
    }

    /** First float of a chunk. */
    public static int start(int chunk) {
        return chunk * FLOATS;
    }

    /** Floats of a chunk: all but the last are whole. */
    public static int length(int chunk, int parameters) {
        return Math.min(FLOATS, parameters - start(chunk));
    }
}
