package lockstep.node.train;

import java.util.OptionalDouble;
import java.util.function.Supplier;

import lockstep.common.checkpoint.Snapshot;
import lockstep.common.checkpoint.WindowState;
import lockstep.common.model.ModelShape;

/**
 * All that a run carries from step to step: what a checkpoint holds. The arrays are the ones that the model and the optimizer work on.
 */
public final class TrainingState {
    /** In the place of a tokenizer's name: that is the run's, not the state's, or there is none. */
    static final String NO_TOKENIZER = "none";

    private final ModelShape shape;
    private final float[] params;
    private final float[] m;
    private final float[] v;
    private SpikeWindow lossWindow;
    private SpikeWindow gradWindow;
    private int step;
    private OptionalDouble bestValLossNats;

    private TrainingState(Snapshot snapshot) {
        this.shape = snapshot.shape();
        this.params = snapshot.params();
        this.m = snapshot.m();
        this.v = snapshot.v();
        this.lossWindow = SpikeWindow.of(snapshot.lossWindow());
        this.gradWindow = SpikeWindow.of(snapshot.gradWindow());
        this.step = snapshot.step();
        this.bestValLossNats = snapshot.bestValLossNats();
    }

    /** Step 0 with these weights: moments zero, windows empty. */
    public static TrainingState fresh(ModelShape shape, float[] params) {
        return fresh(shape, params, () -> new float[params.length]);
    }

    /**
     * The same.
     *
     * @param zeros makes the arrays for the moments; see {@link ArraysAhead}
     */
    public static TrainingState fresh(ModelShape shape, float[] params, Supplier<float[]> zeros) {
        return of(new Snapshot(shape, 0, params, zeros.get(), zeros.get(), WindowState.empty(), WindowState.empty(),
            OptionalDouble.empty(), NO_TOKENIZER));
    }

    /** Goes on with a checkpoint; its arrays are taken, not copied. */
    public static TrainingState of(Snapshot snapshot) {
        return new TrainingState(snapshot);
    }

    /**
     * What a checkpoint holds of this state. Shares the arrays: write it before the next step.
     *
     * @param tokenizer name of the tokenizer that made the data
     */
    public Snapshot snapshot(String tokenizer) {
        return new Snapshot(shape, step, params, m, v, lossWindow.state(), gradWindow.state(), bestValLossNats, tokenizer);
    }

    public ModelShape shape() {
        return shape;
    }

    /** Steps done. */
    public int step() {
        return step;
    }

    /** All parameters in model order. */
    public float[] params() {
        return params;
    }

    /** AdamW's first moment. */
    public float[] m() {
        return m;
    }

    /** AdamW's second moment. */
    public float[] v() {
        return v;
    }

    public SpikeWindow lossWindow() {
        return lossWindow;
    }

    public SpikeWindow gradWindow() {
        return gradWindow;
    }

    /** Lowest validation loss measured so far. */
    public OptionalDouble bestValLossNats() {
        return bestValLossNats;
    }

    /** The lowest that the leading node has measured. */
    void bestValLoss(OptionalDouble lossNats) {
        bestValLossNats = lossNats;
    }

    /** Becomes what the snapshot holds, in the arrays that are there. */
    public void become(Snapshot snapshot) {
        System.arraycopy(snapshot.params(), 0, params, 0, params.length);
        System.arraycopy(snapshot.m(), 0, m, 0, m.length);
        System.arraycopy(snapshot.v(), 0, v, 0, v.length);
        restore(new ProgressBytes(snapshot.step(), snapshot.lossWindow(), snapshot.gradWindow(), snapshot.bestValLossNats()));
    }

    ProgressBytes progress() {
        return new ProgressBytes(step, lossWindow.state(), gradWindow.state(), bestValLossNats);
    }

    /** The arrays hold another node's values now; this goes with them. */
    void restore(ProgressBytes progress) {
        lossWindow = SpikeWindow.of(progress.lossWindow());
        gradWindow = SpikeWindow.of(progress.gradWindow());
        step = progress.step();
        bestValLossNats = progress.bestValLossNats();
    }

    void stepDone() {
        step++;
    }

    void validated(double lossNats) {
        if (bestValLossNats.isEmpty() || lossNats < bestValLossNats.getAsDouble()) {
            bestValLossNats = OptionalDouble.of(lossNats);
        }
    }
}
