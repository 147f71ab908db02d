package lockstep.node.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.Retention;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Decay;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;
import lockstep.common.format.DebugState;
import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.node.data.ArrayTokens;
import lockstep.node.data.MicroBatches;
import lockstep.node.data.ShuffledBatches;
import lockstep.node.data.TokenSequence;
import lockstep.node.data.ValidationBatches;
import lockstep.node.model.Golden;
import lockstep.node.model.Initializer;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The loop over the real model, optimizer, data and files. */
class Gpt2TrainingTest {
    private static final int GOLDEN_STEPS = 10;
    private static final int STEPS = 6;
    private static final BatchPlan PLAN = new BatchPlan(2, 16, 5, 4);

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"tiny plain", "tiny clip-decay", "small plain", "small clip-decay"})
    void ten_steps_on_one_batch_have_the_losses_and_norms_of_pytorch(String golden) throws IOException {
        Golden answer = Golden.load(golden.split(" ", -1)[0]);
        JsonNode recipe =
            new ObjectMapper().readTree(answer.directory().resolve("losses.json").toFile()).get("recipes").get(golden.split(" ", -1)[1]);
        BatchPlan batch = BatchPlan.of(answer.state().B(), answer.state().T(), 1);
        Schedule schedule = new Schedule.Constant((float) recipe.get("settings").get("lr").asDouble());
        RunPlan plan = new RunPlan(batch, RunPlan.Length.of(GOLDEN_STEPS), schedule, settings(recipe.get("settings")), SpikeRule.NEVER,
            new Cadence(0, 0, 0));
        TrainingState state = TrainingState.fresh(answer.shape(), answer.params());
        Reports reports = new Reports();
        try (Workers workers = new Workers(2); OneBatch data = new OneBatch(answer.state()); StopFlag stop = new StopFlag()) {
            new Trainer(plan, Engine.gpt2(state, batch, plan.adamW(), Recompute.NONE, workers), data, besideNothing(), reports, stop)
                .run(state);
        }
        assertEquals(GOLDEN_STEPS, recipe.get("steps").size());
        for (int i = 0; i < GOLDEN_STEPS; i++) {
            double lossNats = recipe.get("steps").get(i).get("loss").asDouble();
            double gradNorm = recipe.get("steps").get(i).get("gradNorm").asDouble();
            assertEquals(lossNats, reports.all.get(i).lossNats(), 1e-5 * lossNats, "loss of step " + (i + 1));
            assertEquals(gradNorm, reports.all.get(i).gradNorm(), 1e-4 * gradNorm, "norm of step " + (i + 1));
        }
    }

    @Test
    void the_weights_do_not_depend_on_the_number_of_threads() {
        String one = train(dir.resolve("one"), 1, fresh(), STEPS);
        assertEquals(one, train(dir.resolve("two"), 2, fresh(), STEPS));
        assertEquals(one, train(dir.resolve("five"), 5, fresh(), STEPS));
    }

    @Test
    void a_run_resumed_from_its_files_has_the_weights_of_one_straight_through() {
        String straight = train(dir.resolve("straight"), 2, fresh(), STEPS);
        for (int stopAfter = 1; stopAfter < STEPS; stopAfter++) {
            Path run = dir.resolve("stop" + stopAfter);
            train(run, 2, fresh(), stopAfter);
            TrainingState resumed = TrainingState.of(CheckpointStore.load(new CheckpointStore(run).newestComplete().orElseThrow()));
            assertEquals(stopAfter, resumed.step());
            assertEquals(straight, train(run, 1, resumed, STEPS), "stopped after " + stopAfter);
        }
    }

    @Test
    void groups_are_part_of_what_decides_the_bits() {
        BatchPlan otherGroups = new BatchPlan(PLAN.B(), PLAN.T(), PLAN.M(), 1);
        assertTrue(!train(dir.resolve("four"), 2, fresh(), STEPS).equals(train(dir.resolve("one"), 2, fresh(), STEPS, otherGroups)));
    }

    @Test
    void sequences_longer_than_the_model_s_context_are_refused() {
        try (Workers workers = new Workers(1)) {
            assertEquals("--seq-len must be at most the model's longest context 16, found 17",
                assertThrows(UserError.class,
                    () -> Engine.gpt2(fresh(), BatchPlan.of(1, 17, 1), AdamWSettings.DEFAULT, Recompute.NONE, workers))
                    .getMessage());
        }
    }

    private static AdamWSettings settings(JsonNode json) {
        float clip = json.get("clip").isNull() ? Float.POSITIVE_INFINITY : (float) json.get("clip").asDouble();
        return new AdamWSettings((float) json.get("betas").get(0).asDouble(), (float) json.get("betas").get(1).asDouble(),
            (float) json.get("eps").asDouble(), (float) json.get("weight_decay").asDouble(),
            json.get("decay_all").asBoolean() ? Decay.ALL : Decay.MATRICES, clip);
    }

    private static TrainingState fresh() {
        ModelShape shape = ModelShape.of(16, 64, 2, 2, 32);
        return TrainingState.fresh(shape, Initializer.parameters(shape, 42));
    }

    private static String train(Path runDir, int threads, TrainingState state, int stopAfter) {
        return train(runDir, threads, state, stopAfter, PLAN);
    }

    /** Trains with validation and checkpoints on the way; returns the hash of the weights. */
    private static String train(Path runDir, int threads, TrainingState state, int stopAfter, BatchPlan batch) {
        RunPlan plan = new RunPlan(batch, new RunPlan.Length(STEPS, stopAfter), new Schedule.Cosine(1e-2f, 2, STEPS, 0.1f),
            AdamWSettings.DEFAULT, SpikeRule.NEVER, new Cadence(2, 0, 3));
        List<TokenSequence> shards = List.of(text("a", 300), text("b", 200));
        try (Workers workers = new Workers(threads);
            ShuffledBatches data = new ShuffledBatches(shards, batch, 42);
            StopFlag stop = new StopFlag();
            ValidationBatches held = new ValidationBatches(List.of(text("val", 100)), batch.B(), batch.T(), 2)) {
            Engine engine = Engine.gpt2(state, batch, plan.adamW(), Recompute.NONE, workers);
            CheckpointSink sink = new StoredCheckpoints(new CheckpointStore(runDir), new Retention(0, 0, false), "none");
            Beside beside = new Beside(new BatchValidation(held, engine.model(), batch.tokensPerMicroBatch()), step -> "", sink);
            Outcome outcome = new Trainer(plan, engine, data, beside, new Reports(), stop).run(state);
            return ModelFile.weightsSha256(ModelFile.readParameters(outcome.checkpoint().orElseThrow().resolve("model.bin")));
        }
    }

    private static TokenSequence text(String name, int tokens) {
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = (i * i + name.length()) % 61;
        }
        return new ArrayTokens(name, ids);
    }

    private Beside besideNothing() {
        return new Beside(Validation.none(), step -> "",
            new StoredCheckpoints(new CheckpointStore(dir), new Retention(0, 0, false), "none"));
    }

    private static final class Reports implements StepListener {
        private final List<StepReport> all = new ArrayList<>();

        @Override
        public void stepDone(StepReport report) {
            all.add(report.copy());
        }
    }

    /** PyTorch's batch at every step. */
    private record OneBatch(DebugState state) implements MicroBatches {
        @Override
        public void fill(int step, int m, int[] tokens, int[] targets) {
            System.arraycopy(state.x(), 0, tokens, 0, tokens.length);
            System.arraycopy(state.y(), 0, targets, 0, targets.length);
        }

        @Override
        public long tokens() {
            return tokensPerEpoch();
        }

        @Override
        public long tokensPerEpoch() {
            return state.x().length;
        }

        @Override
        public void close() {}
    }
}
