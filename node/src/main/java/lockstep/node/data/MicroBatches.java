package lockstep.node.data;

/** The training data, cut. What {@link #fill} gives depends on (seed, step, m) alone, whatever was asked before. Not for several threads at once. */
public interface MicroBatches extends AutoCloseable {
    /**
     * Overwrites tokens and targets with micro-batch m of a step.
     *
     * @param step number of the step, from 0
     * @param m number of the micro-batch in the step, from 0
     * @param tokens (B,T)
     * @param targets (B,T), the tokens that follow
     */
    void fill(int step, int m, int[] tokens, int[] targets);

    /** Tokens in all shards. */
    long tokens();

    /** Tokens that are trained on before the first of them comes again: whole samples alone. */
    long tokensPerEpoch();

    @Override
    void close();
}
