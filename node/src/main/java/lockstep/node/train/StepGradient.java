package lockstep.node.train;

import lockstep.common.config.BatchPlan;
import lockstep.node.data.MicroBatches;

/** First half of a step: the averaged gradient and the mean loss at the weights as they are, which it never changes. */
final class StepGradient {
    private final BatchPlan plan;
    private final Engine engine;
    private final MicroBatches data;
    private final StopFlag stop;
    private final GroupTree tree;
    private final float[] grads;
    private final int[] tokens; // (B,T)
    private final int[] targets; // (B,T)
    private final double[] lossesNats; // (M)
    private final GroupTree.Work work = this::accumulate;
    private int step;
    private double lossNats;
    private double gradNorm;
    private long dataNs;
    private long modelNs;

    /** Takes the memory for the gradient and the tree's buffers. */
    StepGradient(BatchPlan plan, Engine engine, MicroBatches data, StopFlag stop, int parameters) {
        this.plan = plan;
        this.engine = engine;
        this.data = data;
        this.stop = stop;
        this.tree = new GroupTree(plan, parameters, engine.sums());
        this.grads = new float[parameters];
        this.tokens = new int[plan.tokensPerMicroBatch()];
        this.targets = new int[plan.tokensPerMicroBatch()];
        this.lossesNats = new double[plan.M()];
    }

    /** Averaged gradient of the last complete {@link #sum} after {@link #average}. */
    float[] grads() {
        return grads;
    }

    /**
     * Sums the gradients of all micro-batches of a step.
     *
     * @return false where the stop flag ended it early
     */
    boolean sum(int step) {
        dataNs = 0;
        modelNs = 0;
        this.step = step;
        return tree.sum(grads, work);
    }

    /** Divides the sum by M, once, and measures loss and norm. */
    void average() {
        double sumNats = 0;
        for (double lossNats : lossesNats) {
            sumNats += lossNats;
        }
        lossNats = sumNats / plan.M();
        gradNorm = engine.sums().averageAndNorm(grads, plan.M());
    }

    /** Mean over the step's micro-batches, after {@link #average}. */
    double lossNats() {
        return lossNats;
    }

    /** Global L2 norm of the averaged gradient, after {@link #average}. */
    double gradNorm() {
        return gradNorm;
    }

    boolean isFinite() {
        return Double.isFinite(lossNats) && Double.isFinite(gradNorm);
    }

    /** Time spent on data in the last {@link #sum}. */
    long dataNs() {
        return dataNs;
    }

    /** Time spent in the model in the last {@link #sum}. */
    long modelNs() {
        return modelNs;
    }

    private boolean accumulate(int m, float[] dst) {
        if (stop.raised()) {
            return false;
        }
        long startNs = engine.nanoClock().getAsLong();
        data.fill(step, m, tokens, targets);
        long filledNs = engine.nanoClock().getAsLong();
        lossesNats[m] = plan.startsGroup(m)
            ? engine.model().gradient(dst, tokens, targets)
            : engine.model().accumulate(dst, tokens, targets);
        dataNs += filledNs - startNs;
        modelNs += engine.nanoClock().getAsLong() - filledNs;
        return true;
    }
}
