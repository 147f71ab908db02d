package lockstep.node.train;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;
import lockstep.common.timing.Phase;
import lockstep.node.data.MicroBatches;

/** First half of a step: sums of gradients and the losses of micro-batches at the weights as they are, which it never changes. */
final class StepGradient {
    private final BatchPlan plan;
    private final Engine engine;
    private final MicroBatches data;
    private final GradientBuffers buffers;
    private final GroupTree tree;
    private final int[] tokens; // (B,T)
    private final int[] targets; // (B,T)
    private final double[] lossesNats; // (M)
    private final GroupTree.Work work = this::accumulate;
    private BooleanSupplier interrupted = () -> false;
    private int step;
    private long dataNs;
    private long modelNs;

    /**
     * Takes the memory that a node needs to sum all groups by itself.
     *
     * @param arrays makes one of zeros for the gradient
     */
    StepGradient(BatchPlan plan, Engine engine, MicroBatches data, Supplier<float[]> arrays) {
        this.plan = plan;
        this.engine = engine;
        this.data = data;
        this.buffers = new GradientBuffers(arrays, GradientBuffers.reserved(plan));
        this.tree = new GroupTree(plan, buffers, engine.sums());
        this.tokens = new int[plan.tokensPerMicroBatch()];
        this.targets = new int[plan.tokensPerMicroBatch()];
        this.lossesNats = new double[plan.M()];
    }

    /** Where sums go; the averaged gradient has to be in the first. */
    float[] buffer(int index) {
        return buffers.get(index);
    }

    void begin(int newStep) {
        dataNs = 0;
        modelNs = 0;
        step = newStep;
    }

    /**
     * Sums the gradients of a subtree's micro-batches into buffer {@code index}; see {@link GroupTree#sum}.
     *
     * @return false where it was interrupted
     */
    boolean sum(int firstGroup, int level, int index, BooleanSupplier whether, FinalRanges finals) {
        interrupted = whether;
        return tree.sum(firstGroup, level, index, work, finals);
    }

    /** (M), those of micro-batches that were summed. */
    double[] lossesNats() {
        return lossesNats;
    }

    /** Time spent on data since {@link #begin}. */
    long dataNs() {
        return dataNs;
    }

    /** Time spent in the model since {@link #begin}. */
    long modelNs() {
        return modelNs;
    }

    private boolean accumulate(int m, float[] dst, FinalRanges finals) {
        if (interrupted.getAsBoolean()) {
            return false;
        }
        engine.timer().begin(Phase.DATA);
        long startNs = engine.nanoClock().getAsLong();
        data.fill(step, m, tokens, targets);
        long filledNs = engine.nanoClock().getAsLong();
        engine.timer().end(Phase.DATA);
        lossesNats[m] = plan.startsGroup(m)
            ? engine.model().gradient(dst, tokens, targets, interrupted, finals)
            : engine.model().accumulate(dst, tokens, targets, interrupted, finals);
        dataNs += filledNs - startNs;
        modelNs += engine.nanoClock().getAsLong() - filledNs;
        // a loss can be NaN by itself: that is for the commit to say
        return !(Double.isNaN(lossesNats[m]) && interrupted.getAsBoolean());
    }
}
