package lockstep.node.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

import lockstep.common.checkpoint.Snapshot;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Decay;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;
import lockstep.common.model.FinalRanges;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Agreement;
import lockstep.node.data.MicroBatches;
import lockstep.node.evaluate.MultipleChoice.Score;
import lockstep.node.optimizer.LayerNorms;

/**
 * A run over a model of few numbers that are pulled to what the tokens say: enough for every step to depend on every earlier one, bit by bit. It is its own listener
 * and keeps what it hears.
 */
final class FakeRun implements StepListener {
    static final int PARAMETERS = 5;
    private static final ModelShape SHAPE = ModelShape.of(2, 3, 1, 1, 1);
    private static final BatchPlan BATCH = new BatchPlan(1, 2, 5, 4);
    private static final AdamWSettings ADAMW = new AdamWSettings(0.9f, 0.95f, 1e-8f, 0, Decay.ALL, 20f);

    final List<String> events = new ArrayList<>();
    final List<StepReport> reports = new ArrayList<>();
    final TreeMap<Integer, Snapshot> saved = new TreeMap<>();
    final StopFlag stop = new StopFlag();
    int steps = 300;
    int stopAfter = 300;
    Cadence cadence = new Cadence(0, 0, 0);
    SpikeRule spikes = SpikeRule.NEVER;
    OptionalDouble poison = OptionalDouble.empty();
    int poisonStep;
    int validationBatches = 4;
    double nextValLossNats = 2;
    /** Called with the running number of each micro-batch before it is computed. */
    IntConsumer beforeMicroBatch = k -> {};
    private long clockNs;

    static FakeRun of(int steps) {
        FakeRun run = new FakeRun();
        run.steps = steps;
        run.stopAfter = steps;
        return run;
    }

    static TrainingState fresh() {
        float[] params = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            params[i] = 0.1f * i;
        }
        return TrainingState.fresh(SHAPE, params);
    }

    Outcome run(TrainingState state) {
        return run(state, new Alone(stop));
    }

    Outcome run(TrainingState state, Agreement agreement) {
        RunPlan plan =
            new RunPlan(BATCH, new RunPlan.Length(steps, stopAfter), new Schedule.Cosine(0.01f, 10, steps, 0.1f), ADAMW, spikes, cadence);
        Engine engine = new Engine(new Model(state.params()), new PlainSums(), FakeRun::update, () -> clockNs++);
        Beside beside = new Beside(new Measured(), step -> "text at " + step, new Sink(), this::examine);
        return new Trainer(plan, engine, new Data(), agreement, _ -> Lead.forever(beside, this, stop), this::membershipChanged).run(state);
    }

    private Optional<Score> examine(StopFlag flag, StepListener listener) {
        listener.answered(1, 1);
        return flag.raised() ? Optional.empty() : Optional.of(new Score(4, 2, 3, 0));
    }

    @Override
    public void examined(int step, Score score) {
        events.add("examine " + step + ": " + score.rightByMean());
    }

    /** Momentum and a second moment, so that m and v count. */
    private static LayerNorms update(TrainingState state, float[] grads, float lr, float gradScale) {
        for (int i = 0; i < grads.length; i++) {
            float gradient = grads[i] * gradScale;
            state.m()[i] = 0.9f * state.m()[i] + gradient;
            state.v()[i] = 0.99f * state.v()[i] + gradient * gradient;
            state.params()[i] -= lr * state.m()[i] / (1 + state.v()[i] + state.step());
        }
        return LayerNorms.of(List.of("all"), new double[] {state.step()}, new double[] {2}, new double[] {0.02});
    }

    /** Tokens that look random and come from step and m alone. */
    private final class Data implements MicroBatches {
        @Override
        public void fill(int step, int m, int[] tokens, int[] targets) {
            beforeMicroBatch.accept(step * BATCH.M() + m);
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = Math.floorMod((step * 31 + m * 17 + i) * 0x9E3779B9, 1000);
                targets[i] = step;
            }
        }

        @Override
        public long tokens() {
            return 0;
        }

        @Override
        public long tokensPerEpoch() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private final class Model implements GradientSource {
        private final float[] params;

        Model(float[] params) {
            this.params = params;
        }

        @Override
        public double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
            Arrays.fill(grads, 0f);
            return accumulate(grads, tokens, targets, interrupted, finals);
        }

        @Override
        public double accumulate(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges finals) {
            boolean poisoned = poison.isPresent() && targets[0] == poisonStep;
            double loss = poisoned ? poison.getAsDouble() : 0;
            for (int i = 0; i < grads.length; i++) {
                float distance = params[i] - tokens[i % tokens.length] * 0.01f;
                grads[i] += distance;
                loss += 0.5 * distance * distance;
            }
            finals.isFinal(0, grads.length);
            return loss;
        }

        @Override
        public double loss(int[] tokens, int[] targets) {
            throw new AssertionError("validation is faked");
        }

        @Override
        public long forwardNs() {
            return 2 * clockNs;
        }
    }

    private final class Measured implements Validation {
        @Override
        public OptionalDouble lossNats(StopFlag flag) {
            return flag.raised() ? OptionalDouble.empty() : OptionalDouble.of(nextValLossNats);
        }

        @Override
        public int batches() {
            return validationBatches;
        }

        @Override
        public int requestedBatches() {
            return 4;
        }
    }

    private final class Sink implements CheckpointSink {
        @Override
        public Path save(TrainingState state) {
            Snapshot live = state.snapshot("none");
            saved.put(state.step(), new Snapshot(live.shape(), live.step(), live.params().clone(), live.m().clone(), live.v().clone(),
                live.lossWindow(), live.gradWindow(), live.bestValLossNats(), live.tokenizer()));
            return Path.of("step" + state.step());
        }

        @Override
        public Path save(TrainingState state, double valLossNats) {
            events.add("saving with validation loss " + valLossNats);
            return save(state);
        }

        @Override
        public Optional<Path> at(int step) {
            return saved.containsKey(step) ? Optional.of(Path.of("step" + step)) : Optional.empty();
        }

        @Override
        public Optional<Path> newest() {
            return saved.isEmpty() ? Optional.empty() : Optional.of(Path.of("step" + saved.lastKey()));
        }
    }

    @Override
    public void started(int step, int ofSteps) {
        events.add("start " + step + "/" + ofSteps);
    }

    @Override
    public void validationShortened(int batches, int requestedBatches) {
        events.add("only " + batches + " of " + requestedBatches + " batches");
    }

    @Override
    public void stepDone(StepReport report) {
        reports.add(report.copy());
        events.add("step " + report.step());
    }

    @Override
    public void validated(int step, double lossNats) {
        events.add("validate " + step);
    }

    @Override
    public void sampled(int step, String text) {
        events.add(text);
    }

    @Override
    public void checkpointed(int step, Path dir) {
        events.add("checkpoint " + dir);
    }

    @Override
    public void skipped(int step, String what, double z) {
        events.add("skip " + step + " for " + what);
    }

    @Override
    public void finished(Outcome outcome) {
        events.add(outcome.end() + " at " + outcome.step());
    }
}
