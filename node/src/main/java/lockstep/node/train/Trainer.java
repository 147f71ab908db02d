package lockstep.node.train;

import lockstep.node.data.MicroBatches;

/** The loop. */
public final class Trainer {
    private final RunPlan plan;
    private final Engine engine;
    private final MicroBatches data;
    private final Beside beside;
    private final StepListener listener;
    private final StopFlag stop;

    public Trainer(RunPlan plan, Engine engine, MicroBatches data, Beside beside, StepListener listener, StopFlag stop) {
        this.plan = plan;
        this.engine = engine;
        this.data = data;
        this.beside = beside;
        this.listener = listener;
        this.stop = stop;
    }

    /**
     * Trains from where the state stands to the end of the plan.
     *
     * @throws lockstep.common.UserError when loss or gradient norm is not finite, before the weights change
     */
    public Outcome run(TrainingState state) {
        throw new UnsupportedOperationException(plan + "" + engine + data + beside + listener + stop + state);
    }
}
