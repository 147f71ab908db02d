package lockstep.common.config;

import lockstep.common.UserError;

/**
 * How one step's batch is cut: M micro-batches of B sequences of T tokens, in G groups of consecutive micro-batches.
 *
 * <p>
 * Floating-point addition is not associative, so the groups fix the order of a step's sum: within a group gradients accumulate in order of m, groups are summed by the
 * perfect binary tree on their index. They are numbers of the run, never of threads or nodes.
 *
 * @param B sequences in a micro-batch
 * @param T tokens in a sequence
 * @param M micro-batches in a step
 * @param G groups, a power of two ≤ M
 */
public record BatchPlan(int B, int T, int M, int G) {
    /** More groups would buy memory for nodes that few clusters have: log2(G) gradient-sized buffers. */
    private static final int MAX_DEFAULT_GROUPS = 8;

    public BatchPlan {
        Check.positive("--batch", B);
        Check.positive("--seq-len", T);
        Check.positive("--micro-batches", M);
        Check.positive("--groups", G);
        if (Integer.bitCount(G) != 1 || G > M) {
            throw new UserError("--groups must be a power of two no larger than --micro-batches: groups " + G + ", micro-batches " + M);
        }
        if ((long) B * T > Integer.MAX_VALUE - 8) {
            throw new UserError("--batch times --seq-len must fit one Java array: " + B + " x " + T + " tokens");
        }
    }

    /** The plan with {@link #defaultGroups}. */
    public static BatchPlan of(int B, int T, int M) {
        Check.positive("--micro-batches", M);
        return new BatchPlan(B, T, M, defaultGroups(M));
    }

    /** Largest power of two ≤ min(8, M). */
    public static int defaultGroups(int M) {
        return Integer.highestOneBit(Math.min(MAX_DEFAULT_GROUPS, M));
    }

    /** First micro-batch of group g. Sizes differ by at most one, larger groups first. */
    public int groupStart(int g) {
        int size = M / G;
        int larger = M % G;
        return g * size + Math.min(g, larger);
    }

    /** One past the last micro-batch of group g. */
    public int groupEnd(int g) {
        return groupStart(g + 1);
    }

    /** Whether micro-batch m is the first of its group. */
    public boolean startsGroup(int m) {
        for (int g = 0; g < G; g++) {
            if (groupStart(g) == m) {
                return true;
            }
        }
        return false;
    }

    /** Levels of the tree over the groups, log2(G): as many gradient-sized buffers stand beside the gradient. */
    public int treeLevels() {
        return Integer.numberOfTrailingZeros(G);
    }

    /** B·T */
    public int tokensPerMicroBatch() {
        return B * T;
    }

    /** M·B·T */
    public long tokensPerStep() {
        return (long) M * tokensPerMicroBatch();
    }
}
