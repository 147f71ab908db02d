package lockstep.node.train;

import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;
import lockstep.common.replica.Replica;
import lockstep.common.timing.Phase;
import lockstep.node.data.MicroBatches;
import lockstep.node.optimizer.LayerNorms;

/** The training state of this node with the engine that changes it. */
final class ModelReplica implements Replica {
    private final RunPlan plan;
    private final Engine engine;
    private final TrainingState state;
    private final StepGradient gradient;
    private final Decision decision = new Decision();
    private final StepClock clock;
    private final Supplier<String> newestCheckpoint;
    // the step that was committed last
    private boolean committed;
    private int lastStep;
    private double lastLossNats;
    private double lastNorm;
    private LayerNorms lastLayers = LayerNorms.NONE;

    /**
     * @param arrays makes one of zeros for the gradient
     * @param newestCheckpoint says where it is, for errors
     */
    ModelReplica(RunPlan plan, Engine engine, MicroBatches data, TrainingState state, Supplier<float[]> arrays,
        Supplier<String> newestCheckpoint) {
        this.plan = plan;
        this.engine = engine;
        this.state = state;
        this.gradient = new StepGradient(plan.batch(), engine, data, arrays);
        this.clock = new StepClock(engine);
        this.newestCheckpoint = newestCheckpoint;
    }

    @Override
    public BatchPlan batch() {
        return plan.batch();
    }

    @Override
    public int parameters() {
        return state.params().length;
    }

    @Override
    public int step() {
        return state.step();
    }

    @Override
    public boolean endsAfterThisStep() {
        return plan.length().endsEarlyAfter(state.step());
    }

    @Override
    public void begin() {
        clock.started();
        gradient.begin(state.step());
    }

    @Override
    public float[] partial(int index) {
        return gradient.buffer(index);
    }

    @Override
    public boolean sum(int firstGroup, int level, int index, BooleanSupplier interrupted, FinalRanges finals) {
        return gradient.sum(firstGroup, level, index, interrupted, finals);
    }

    @Override
    public double[] lossesNats() {
        return gradient.lossesNats();
    }

    @Override
    public long computeNs() {
        return gradient.modelNs();
    }

    @Override
    public void divide(float[] values, int offset, int count) {
        engine.sums().divide(values, offset, count, plan.batch().M());
    }

    @Override
    public double average() {
        engine.timer().begin(Phase.REDUCE);
        double norm = engine.sums().averageAndNorm(gradient.buffer(0), plan.batch().M());
        engine.timer().end(Phase.REDUCE);
        return norm;
    }

    @Override
    public double gradNorm() {
        engine.timer().begin(Phase.REDUCE);
        double norm = engine.sums().norm(gradient.buffer(0));
        engine.timer().end(Phase.REDUCE);
        return norm;
    }

    @Override
    public long gradientDigest() {
        engine.timer().begin(Phase.REDUCE);
        long digest = engine.sums().digest(gradient.buffer(0));
        engine.timer().end(Phase.REDUCE);
        return digest;
    }

    @Override
    public long stateDigest() {
        engine.timer().begin(Phase.REDUCE);
        long digest = engine.sums().digest(state.params());
        for (SpikeWindow window : new SpikeWindow[] {state.lossWindow(), state.gradWindow()}) {
            digest = 31 * digest + window.digest();
        }
        engine.timer().end(Phase.REDUCE);
        return 31 * digest + state.step();
    }

    @Override
    public long momentsDigest() {
        engine.timer().begin(Phase.REDUCE);
        long digest = 31 * engine.sums().digest(state.m()) + engine.sums().digest(state.v());
        engine.timer().end(Phase.REDUCE);
        return digest;
    }

    @Override
    public boolean showsAt(int step) {
        return plan.showsAt(step);
    }

    @Override
    public OptionalDouble bestValLossNats() {
        return state.bestValLossNats();
    }

    @Override
    public void commit(int step, double lossNats, double norm, OptionalDouble bestValLossNats) {
        if (step != state.step()) {
            throw new IllegalStateException("a commit of step " + step + " at step " + state.step());
        }
        clock.reduced();
        requireFinite(lossNats, norm);
        decision.decide(plan, state, lossNats, norm);
        lastLayers = LayerNorms.NONE;
        if (decision.updates()) {
            engine.timer().begin(Phase.ADAMW);
            lastLayers = engine.update().apply(state, gradient.buffer(0), decision.lr(), decision.gradScale());
            engine.timer().end(Phase.ADAMW);
        }
        state.bestValLoss(bestValLossNats);
        state.stepDone();
        clock.updated(gradient);
        committed = true;
        lastStep = step;
        lastLossNats = lossNats;
        lastNorm = norm;
    }

    @Override
    public long work() {
        return engine.model().work();
    }

    @Override
    public float[][] tensors() {
        return new float[][] {state.params(), state.m(), state.v()};
    }

    @Override
    public byte[] progress() {
        return state.progress().write();
    }

    @Override
    public void restore(byte[] progress) {
        state.restore(ProgressBytes.read(progress));
    }

    /** Whether the step before the one where the state stands was committed here. */
    boolean hasJustCommitted() {
        return committed && lastStep == state.step() - 1;
    }

    @Override
    public String newestCheckpoint() {
        return newestCheckpoint.get();
    }

    /** Tells of the step that was committed last. */
    void report(StepListener listener) {
        if (!decision.updates()) {
            boolean byLoss = decision.verdict() == Decision.Verdict.SKIP_LOSS;
            listener.skipped(state.step(), byLoss ? "loss" : "gradient norm", byLoss ? decision.lossZ() : decision.gradZ());
        }
        listener.stepDone(clock.report(plan, state.step(), lastLossNats, lastNorm, decision).ofLayers(lastLayers));
    }

    private void requireFinite(double lossNats, double norm) {
        if (!Double.isFinite(lossNats) || !Double.isFinite(norm)) {
            throw new UserError(
                "training diverged at step " + (state.step() + 1) + ": loss " + lossNats + ", gradient norm " + norm
                    + ", expected finite numbers; " + newestCheckpoint.get() + ". Try a smaller --lr or a longer --warmup");
        }
    }
}
