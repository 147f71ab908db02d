package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Membership;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainerBuilder;
import lockstep.node.train.TrainingRun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A program that trains gets what the command line gets. */
class LibraryTest {
    @TempDir
    private Path dir;
    private TinyRun.Result command;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void train() throws IOException {
        command = TinyRun.train(TinyRun.text(dir), dir.resolve("command"), "--steps", "6", "--val-every", "3", "--checkpoint-every", "2");
        assertEquals(0, command.exitCode(), command.err());
    }

    private TrainerBuilder builder(Path out) {
        return Trainer.builder().model(ModelShape.of(16, 256, 1, 2, 16)).data(dir + "/command/data/text_train_*.bin")
            .validation(dir + "/command/data/text_val_*.bin", 3, 2).batch(BatchPlan.of(2, 16, 3)).steps(6).learningRate(3e-3f).threads(1)
            .directory(out).tokenizer("bytes");
    }

    private final class Listener implements StepListener {
        @Override
        public void membershipChanged(Membership now) {
            assertEquals(List.of(new Membership.Node("node-1", false, List.of(0, 1))), now.nodes());
            assertTrue(now.leads() && now.why().isEmpty());
            told.add("generation " + now.generation() + " from step " + now.step() + " on");
        }

        @Override
        public void started(int step, int steps) {
            told.add("started " + step + " of " + steps);
        }

        @Override
        public void stepDone(StepReport report) {
            told.add("step " + report.step());
        }

        @Override
        public void validated(int step, double lossNats) {
            told.add("validated " + step);
        }

        @Override
        public void checkpointed(int step, Path checkpoint) {
            told.add("checkpointed " + step);
        }

        @Override
        public void finished(Outcome outcome) {
            told.add("finished " + outcome.end());
        }
    }

    @Test
    void its_weights_have_the_commands_bits_and_its_listeners_hear_what_happens() throws IOException {
        Path out = dir.resolve("a");
        try (TrainingRun run = builder(out).listener(new Listener()).build()) {
            Outcome outcome = run.run();
            assertEquals(Outcome.End.COMPLETED, outcome.end());
            assertEquals(command.sha256(), run.weightsSha256());
        }
        assertEquals(List.of("generation 1 from step 0 on", "started 0 of 6", "validated 0", "step 1", "step 2", "step 3", "validated 3",
            "step 4", "step 5", "step 6",
            "validated 6", "checkpointed 6", "finished COMPLETED"), told);
        Path checkpoint = Path.of("checkpoints/step_00000006/model.bin");
        assertEquals(-1, Files.mismatch(dir.resolve("command").resolve(checkpoint), out.resolve(checkpoint)));
    }

    @Test
    void a_run_that_a_listener_stopped_goes_on_to_the_same_bits() {
        Path out = dir.resolve("a");
        TrainingRun[] running = new TrainingRun[1];
        StepListener stopper = new StepListener() {
            @Override
            public void stepDone(StepReport report) {
                if (report.step() == 2) {
                    running[0].stop();
                }
            }
        };
        try (TrainingRun run = builder(out).listener(stopper).build()) {
            running[0] = run;
            assertEquals(new Outcome(Outcome.End.STOPPED_BY_FLAG, 2, out.resolve("checkpoints/step_00000002")), run.run());
        }
        assertEquals("directory: " + out + ": found step_00000002 in it, expected no checkpoint, or resume()",
            assertThrows(UserError.class, () -> builder(out).build()).getMessage());
        try (TrainingRun run = builder(out).resume().build()) {
            assertEquals(Outcome.End.COMPLETED, run.run().end());
            assertEquals(command.sha256(), run.weightsSha256());
        }
    }

    /** Also of a node that joins: when all others are gone, its directory's newest checkpoint becomes the state. */
    @Test
    void it_does_not_go_on_from_another_runs_checkpoints() throws IOException {
        Path out = dir.resolve("a");
        try (TrainingRun run = builder(out).stopAfter(2).build()) {
            run.run();
        }
        assertRefused("trainer.txt has seed = " + TrainerBuilder.SEED + ", expected 43", builder(out).seed(43));
        assertRefused("trainer.txt has schedule = ", builder(out).learningRate(1e-2f));
        assertRefused("trainer.txt has model = ", builder(out).model(ModelShape.of(16, 256, 2, 2, 16)));
        Files.delete(out.resolve("trainer.txt")); // an older release wrote none
        assertRefused("step_00000002: holds a model of ", builder(out).model(ModelShape.of(16, 256, 2, 2, 16)));
        try (TrainingRun run = builder(out).resume().threads(2).build()) {
            run.run();
            assertEquals(command.sha256(), run.weightsSha256());
        }
    }

    private static void assertRefused(String part, TrainerBuilder another) {
        String told = assertThrows(UserError.class, () -> another.resume().build()).getMessage();
        assertTrue(told.startsWith("directory: ") && told.contains(part), told);
    }

    @Test
    void a_run_restarts_from_its_newest_checkpoint_or_its_beginning_whatever_its_arrays_hold() {
        try (TrainingRun run = builder(dir.resolve("a")).build()) {
            String beginning = run.weightsSha256();
            Arrays.fill(run.state().params(), 7);
            Arrays.fill(run.state().m(), 7);
            run.restart();
            assertEquals(beginning, run.weightsSha256());
            run.run();
            assertEquals(command.sha256(), run.weightsSha256());
            Arrays.fill(run.state().params(), 7);
            run.restart();
            assertEquals(command.sha256(), run.weightsSha256());
            assertEquals(6, run.state().step());
        }
    }

    @Test
    void weights_that_it_started_from_have_to_be_the_same_when_it_restarts() throws IOException {
        Path model = Files.copy(dir.resolve("command/checkpoints/step_00000006/model.bin"), dir.resolve("model.bin"));
        try (TrainingRun run = builder(dir.resolve("a")).model(model).build()) {
            run.restart();
            assertEquals(command.sha256(), run.weightsSha256());
            byte[] bytes = Files.readAllBytes(model);
            bytes[bytes.length - 1] ^= 1;
            Files.write(model, bytes);
            String told = assertThrows(UserError.class, run::restart).getMessage();
            assertTrue(told.startsWith(model + ": weights: found those of sha256 "), told);
            assertTrue(told.endsWith(", expected " + command.sha256() + ", from which the run started"), told);
        }
    }

    @Test
    void what_is_missing_is_named() {
        assertEquals("directory: found nothing, expected it to be given",
            assertThrows(UserError.class, () -> Trainer.builder().build()).getMessage());
        assertEquals("steps: found nothing, expected it to be given",
            assertThrows(UserError.class, () -> Trainer.builder().directory(dir.resolve("a")).build()).getMessage());
        assertEquals("validation: every must be > 0 and batches > 0, found 0 and 1",
            assertThrows(UserError.class, () -> Trainer.builder().validation("x", 0, 1)).getMessage());
    }
}
