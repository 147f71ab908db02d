package lockstep.node.train;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;

/**
 * Sums a step's gradients in the order that the {@link BatchPlan} fixes: within a group by ascending m, groups by the perfect binary tree on their index.
 *
 * <p>
 * A subtree's left half is summed straight into where the subtree's sum goes, its right half into the one buffer of that level: log2(G) buffers beside the gradient for the
 * whole tree, whatever M is. The last group's gradient goes up the tree range by range as its last backward pass is done with them, while they are in a cache and so that the first ones can be sent while
 * the rest is computed.
 */
final class GroupTree {
    /** Computes micro-batches. */
    @FunctionalInterface
    interface Work {
        /**
         * Adds micro-batch m's gradient to dst, or overwrites dst with it where m is the first of its group.
         *
         * @param finals hears which floats of dst this micro-batch is done with, all of them in the end
         * @return false where the step is to be abandoned instead
         */
        boolean accumulate(int m, float[] dst, FinalRanges finals);
    }

    private final BatchPlan plan;
    private final GradientArithmetic sums;
    private final GradientBuffers buffers;
    private final FinalRanges upTheTree = this::addUp;
    // Of the sum under way: fields, since what a lambda catches would be garbage at each step.
    private int level;
    private int index;
    private FinalRanges finals = FinalRanges.UNHEARD;

    /** @param buffers the sum of a subtree of 2^level groups takes level of them beside its own */
    GroupTree(BatchPlan plan, GradientBuffers buffers, GradientArithmetic sums) {
        this.plan = plan;
        this.sums = sums;
        this.buffers = buffers;
    }

    /**
     * Overwrites buffer {@code index} with the sum over the subtree of 2^level groups that starts at firstGroup, a multiple of 2^level. Of the buffers behind it, {@code level} are overwritten too.
     *
     * @param finals hears which floats of the sum are final, in the order that the last micro-batch has
     * @return false where the work was abandoned; the buffers are then worthless
     */
    boolean sum(int firstGroup, int level, int index, Work work, FinalRanges finals) {
        this.level = level;
        this.index = index;
        this.finals = finals;
        int first = firstGroup;
        for (int parent = level; parent > 0; parent--) {
            if (!sum(first, parent - 1, rightmost(parent), work)) {
                return false;
            }
            first += 1 << (parent - 1);
        }
        return sumGroup(first, rightmost(0), work, upTheTree);
    }

    /** Where the sum of the last subtree of 2^height groups goes. */
    private float[] rightmost(int height) {
        return height == level ? buffers.get(index) : right(height);
    }

    /** Where a right half of 2^height groups goes. */
    private float[] right(int height) {
        return buffers.get(index + 1 + height);
    }

    /** The last group's floats [from, to) are final: adds them to its sibling's, the sum to the sibling of both, and so on. */
    private void addUp(int from, int to) {
        for (int height = 0; height < level; height++) {
            sums.add(rightmost(height + 1), rightmost(height), from, to);
        }
        finals.isFinal(from, to);
    }

    private boolean sum(int firstGroup, int height, float[] dst, Work work) {
        if (height == 0) {
            return sumGroup(firstGroup, dst, work, FinalRanges.UNHEARD);
        }
        int half = height - 1;
        boolean complete = sum(firstGroup, half, dst, work) && sum(firstGroup + (1 << half), half, right(half), work);
        if (complete) {
            sums.add(dst, right(half));
        }
        return complete;
    }

    /** @param done hears of the last micro-batch alone */
    private boolean sumGroup(int g, float[] dst, Work work, FinalRanges done) {
        int last = plan.groupEnd(g) - 1;
        for (int m = plan.groupStart(g); m <= last; m++) {
            if (!work.accumulate(m, dst, m == last ? done : FinalRanges.UNHEARD)) {
                return false;
            }
        }
        return true;
    }
}
