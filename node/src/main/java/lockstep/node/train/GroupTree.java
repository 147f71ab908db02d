package lockstep.node.train;

import lockstep.common.config.BatchPlan;

/**
 * Sums a step's gradients in the order that the {@link BatchPlan} fixes: within a group by ascending m, groups by the perfect binary tree on their index.
 *
 * <p>
 * A subtree's left half is summed straight into where the subtree's sum goes, its right half into the one buffer of that level: log2(G) buffers beside the gradient for the
 * whole tree, whatever M is.
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
    private final GradientBuffers buffers;

    /** @param buffers the sum of a subtree of 2^level groups takes level of them beside its own */
    GroupTree(BatchPlan plan, GradientBuffers buffers, GradientArithmetic sums) {
        this.plan = plan;
        this.sums = sums;
        this.buffers = buffers;
    }

    /**
     * Overwrites buffer {@code index} with the sum over the subtree of 2^level groups that starts at firstGroup, a multiple of 2^level. Of the buffers behind it, {@code level} are overwritten too.
     *
     * @return false where the work was abandoned; the buffers are then worthless
     */
    boolean sum(int firstGroup, int level, int index, Work work) {
        return sum(firstGroup, level, buffers.get(index), index + 1, work);
    }

    /** @param scratch the first of those buffers that take the right half of a subtree, by level */
    private boolean sum(int firstGroup, int level, float[] dst, int scratch, Work work) {
        if (level == 0) {
            return sumGroup(firstGroup, dst, work);
        }
        int half = level - 1;
        float[] right = buffers.get(scratch + half);
        boolean complete = sum(firstGroup, half, dst, scratch, work) && sum(firstGroup + (1 << half), half, right, scratch, work);
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
