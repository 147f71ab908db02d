package lockstep.node.train;

import lockstep.node.optimizer.LayerNorms;

/**
 * One finished step. The loop has one report, which it fills anew at each step, since a step makes no objects: a listener that keeps one keeps a {@link #copy}.
 */
public final class StepReport {
    private static final double NS_PER_S = 1e9;

    private int step;
    private int steps;
    private double lossNats;
    private double lossZ;
    private double gradNorm;
    private double gradZ;
    private float lr;
    private boolean updated;
    private long dataNs;
    private long forwardNs;
    private long backwardNs;
    private long reduceNs;
    private long waitNs;
    private long adamwNs;
    private long stepNs;
    private long tokens;
    private LayerNorms layers = LayerNorms.NONE;

    /** An empty report. */
    StepReport() {}

    /** All values in the order of their accessors, but for the layers', which are none. */
    public StepReport(int step, int steps, double lossNats, double lossZ, double gradNorm, double gradZ, float lr, boolean updated,
        long dataNs, long forwardNs, long backwardNs, long reduceNs, long waitNs, long adamwNs, long stepNs, long tokens) {
        setTimes(dataNs, forwardNs, backwardNs, reduceNs, waitNs, adamwNs, stepNs);
        set(step, steps, lossNats, lossZ, gradNorm, gradZ, lr, updated, tokens);
    }

    void setTimes(long dataNs, long forwardNs, long backwardNs, long reduceNs, long waitNs, long adamwNs, long stepNs) {
        this.dataNs = dataNs;
        this.forwardNs = forwardNs;
        this.backwardNs = backwardNs;
        this.reduceNs = reduceNs;
        this.waitNs = waitNs;
        this.adamwNs = adamwNs;
        this.stepNs = stepNs;
    }

    /** All but the times. */
    void set(int step, int steps, double lossNats, double lossZ, double gradNorm, double gradZ, float lr, boolean updated, long tokens) {
        this.step = step;
        this.steps = steps;
        this.lossNats = lossNats;
        this.lossZ = lossZ;
        this.gradNorm = gradNorm;
        this.gradZ = gradZ;
        this.lr = lr;
        this.updated = updated;
        this.tokens = tokens;
    }

    /** A report of its own, which stays as it is. */
    public StepReport copy() {
        return new StepReport(step, steps, lossNats, lossZ, gradNorm, gradZ, lr, updated, dataNs, forwardNs, backwardNs, reduceNs, waitNs,
            adamwNs,
            stepNs, tokens).ofLayers(layers.copy());
    }

    /** This report with these norms, which it shares. */
    public StepReport ofLayers(LayerNorms norms) {
        layers = norms;
        return this;
    }

    @Override
    public String toString() {
        return "StepReport[step=" + step + ", steps=" + steps + ", lossNats=" + lossNats + ", lossZ=" + lossZ + ", gradNorm=" + gradNorm
            + ", gradZ=" + gradZ + ", lr=" + lr + ", updated=" + updated + ", dataNs=" + dataNs + ", forwardNs=" + forwardNs
            + ", backwardNs=" + backwardNs + ", reduceNs=" + reduceNs + ", waitNs=" + waitNs + ", adamwNs=" + adamwNs + ", stepNs=" + stepNs
            + ", tokens="
            + tokens + "]";
    }

    /** 1 after the first update. */
    public int step() {
        return step;
    }

    /** Of the whole run. */
    public int steps() {
        return steps;
    }

    /** Mean over the step's tokens. */
    public double lossNats() {
        return lossNats;
    }

    /** Z-score of the loss in its window, NaN until the window is full. */
    public double lossZ() {
        return lossZ;
    }

    /** Global L2 norm of the averaged gradient, before clipping. */
    public double gradNorm() {
        return gradNorm;
    }

    /** Z-score of the norm in its window, NaN until the window is full. */
    public double gradZ() {
        return gradZ;
    }

    /** Learning rate. */
    public float lr() {
        return lr;
    }

    /** False where the spike rule skipped the update. */
    public boolean updated() {
        return updated;
    }

    /** Filling the micro-batches. */
    public long dataNs() {
        return dataNs;
    }

    /** Forward passes, the classifier's left out. */
    public long forwardNs() {
        return forwardNs;
    }

    /** The classifier and the backward passes, with what the model does to make room for them. */
    public long backwardNs() {
        return backwardNs;
    }

    /** Summing groups, average and norm. */
    public long reduceNs() {
        return reduceNs;
    }

    /** Waiting for other nodes. */
    public long waitNs() {
        return waitNs;
    }

    /** The update. */
    public long adamwNs() {
        return adamwNs;
    }

    /** The whole step. */
    public long stepNs() {
        return stepNs;
    }

    /** Trained on in this step. */
    public long tokens() {
        return tokens;
    }

    /** All of the run's tokens in this step, by its whole time. */
    public double tokensPerSecond() {
        return tokens * NS_PER_S / Math.max(1, stepNs);
    }

    /** Norms of each layer in this step's update; of none where it was skipped. */
    public LayerNorms layers() {
        return layers;
    }
}
