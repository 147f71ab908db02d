package lockstep.node.train;

import lockstep.common.config.BatchPlan;

/**
 * Sums a step's gradients in the order that the {@link BatchPlan} fixes: within a group by ascending m, groups by the perfect binary tree on their index.
 *
 * <p>
 * A subtree's left half is summed straight into where the subtree's sum goes, its right half into the one buffer of that level: log2(G) buffers for the whole tree,
 * whatever M is.
 */
final class GroupTree {
    /** Computes micro-batches. */
    @FunctionalInterface
    interface Work {
        /**
         * Adds micro-batch m's gradient to dst, or overwrites dst with it where m is the first of its group.
         *
         * @return false where the step is to be abandoned instead
         */
        boolean accumulate(int m, float[] dst);
    }

    private final BatchPlan plan;
    private final GradientArithmetic sums;
    /** buffers[level] takes the right half of a subtree of 2^(level+1) groups. */
    private final float[][] buffers;

    /** Takes all memory that summing needs beside the gradient itself. */
    GroupTree(BatchPlan plan, int parameters, GradientArithmetic sums) {
        this.plan = plan;
        this.sums = sums;
        this.buffers = new float[plan.treeLevels()][parameters];
    }

    /** Gradient-sized buffers beside the gradient. */
    int buffers() {
        return buffers.length;
    }

    /**
     * Overwrites grads with the sum over all groups.
     *
     * @return false where the work was abandoned; grads are then worthless
     */
    boolean sum(float[] grads, Work work) {
        return sum(0, plan.treeLevels(), grads, work);
    }

    /**
     * Overwrites dst with the sum over the subtree of 2^level groups that starts at firstGroup, a multiple of 2^level.
     *
     * @return false where the work was abandoned; dst is then worthless
     */
    boolean sum(int firstGroup, int level, float[] dst, Work work) {
        if (level == 0) {
            return sumGroup(firstGroup, dst, work);
        }
        int half = level - 1;
        float[] right = buffers[half];
        boolean complete = sum(firstGroup, half, dst, work) && sum(firstGroup + (1 << half), half, right, work);
        if (complete) {
            sums.add(dst, right);
        }
        return complete;
    }

    private boolean sumGroup(int g, float[] dst, Work work) {
        for (int m = plan.groupStart(g); m < plan.groupEnd(g); m++) {
            if (!work.accumulate(m, dst)) {
                return false;
            }
        }
        return true;
    }
}
