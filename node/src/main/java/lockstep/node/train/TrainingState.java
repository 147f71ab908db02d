package lockstep.node.train;

import java.util.OptionalDouble;

import lockstep.common.model.ModelShape;

/**
 * All that a run carries from step to step: what a checkpoint holds. The arrays are the ones that the model and the optimizer work on.
 */
public final class TrainingState {
    private final ModelShape shape;
    private final float[] params;
    private final float[] m;
    private final float[] v;
    private final SpikeWindow lossWindow;
    private final SpikeWindow gradWindow;
    private int step;
    private OptionalDouble bestValLossNats;

    private TrainingState(ModelShape shape, float[] params, float[] m, float[] v) {
        this.shape = shape;
        this.params = params;
        this.m = m;
        this.v = v;
        this.lossWindow = new SpikeWindow();
        this.gradWindow = new SpikeWindow();
        this.bestValLossNats = OptionalDouble.empty();
    }

    /** Step 0 with these weights: moments zero, windows empty. */
    public static TrainingState fresh(ModelShape shape, float[] params) {
        return new TrainingState(shape, params, new float[params.length], new float[params.length]);
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

    void stepDone() {
        step++;
    }

    void validated(double lossNats) {
        if (bestValLossNats.isEmpty() || lossNats < bestValLossNats.getAsDouble()) {
            bestValLossNats = OptionalDouble.of(lossNats);
        }
    }
}
