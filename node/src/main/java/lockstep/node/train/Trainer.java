package lockstep.node.train;

import lockstep.common.UserError;
import lockstep.node.data.MicroBatches;

/**
 * The loop, in llm.c's order: at each boundary between steps validate, sample and save where due, then train a step. A state that a checkpoint held goes on as if it
 * had never been away: nothing but the {@link TrainingState} is carried from step to step.
 */
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
     * Trains from where the state stands to the end of the plan. Takes the memory for the gradient and for the tree's buffers.
     *
     * @throws UserError when loss or gradient norm is not finite, before the weights change
     */
    public Outcome run(TrainingState state) {
        int end = plan.length().stopAfter();
        if (state.step() > end) {
            throw new UserError(
                "the run stands at step " + state.step() + ", past the step to end at: " + end + ". Give a larger --stop-after");
        }
        StepGradient gradient = new StepGradient(plan.batch(), engine, data, stop, state.params().length);
        StepClock clock = new StepClock(engine);
        Decision decision = new Decision();
        Boundary boundary = new Boundary(plan, beside, listener, stop, state);
        listener.started(state.step(), plan.length().steps());
        boundary.announce();
        while (!stop.raised()) {
            boundary.cross();
            if (stop.raised()) {
                break;
            }
            if (state.step() == end) {
                return boundary.finish(end == plan.length().steps() ? Outcome.End.COMPLETED : Outcome.End.STOPPED_AFTER);
            }
            if (!step(state, gradient, clock, decision)) {
                break;
            }
        }
        return boundary.finish(Outcome.End.STOPPED_BY_FLAG);
    }

    /** @return false where the step was abandoned; the state is then as it was */
    private boolean step(TrainingState state, StepGradient gradient, StepClock clock, Decision decision) {
        clock.started();
        if (!gradient.sum(state.step())) {
            return false;
        }
        gradient.average();
        clock.reduced();
        requireFinite(state, gradient);
        decision.decide(plan, state, gradient.lossNats(), gradient.gradNorm());
        if (decision.updates()) {
            engine.update().apply(state, gradient.grads(), decision.lr(), decision.gradScale());
        }
        state.stepDone();
        clock.updated();
        if (!decision.updates()) {
            boolean byLoss = decision.verdict() == Decision.Verdict.SKIP_LOSS;
            listener.skipped(state.step(), byLoss ? "loss" : "gradient norm", byLoss ? decision.lossZ() : decision.gradZ());
        }
        listener.stepDone(clock.report(plan, state.step(), gradient, decision));
        return true;
    }

    private void requireFinite(TrainingState state, StepGradient gradient) {
        if (gradient.isFinite()) {
            return;
        }
        String newest = beside.checkpoints().newest().map(dir -> "the newest checkpoint is " + dir).orElse("no checkpoint was written yet");
        throw new UserError(
            "training diverged at step " + (state.step() + 1) + ": loss " + gradient.lossNats() + ", gradient norm " + gradient.gradNorm()
                + ", expected finite numbers; " + newest + ". Try a smaller --lr or a longer --warmup");
    }
}
