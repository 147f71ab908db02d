package lockstep.node.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.common.checkpoint.Snapshot;
import lockstep.common.config.SpikeRule;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.GivenUp;
import lockstep.common.replica.Membership;
import lockstep.common.replica.Replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrainerTest {
    @Test
    void boundaries_validate_then_sample_then_save_then_train_as_llm_c_does() {
        FakeRun run = FakeRun.of(4);
        run.cadence = new Cadence(2, 2, 2);
        run.run(FakeRun.fresh());
        assertEquals(List.of("start 0/4", "validate 0", "step 1", "step 2", "validate 2", "text at 2", "saving with validation loss 2.0",
            "checkpoint step2", "step 3", "step 4", "validate 4", "text at 4", "saving with validation loss 2.0", "checkpoint step4",
            "COMPLETED at 4"), run.events);
    }

    @Test
    void an_examination_comes_between_validation_and_sample_and_not_before_the_first_step() {
        FakeRun run = FakeRun.of(3);
        run.cadence = new Cadence(2, 2, 0, 2);
        run.run(FakeRun.fresh());
        assertEquals(
            List.of("start 0/3", "validate 0", "step 1", "step 2", "validate 2", "examine 2: 3", "text at 2", "step 3", "validate 3",
                "examine 3: 3", "text at 3", "saving with validation loss 2.0", "checkpoint step3", "COMPLETED at 3"),
            run.events);
        assertEquals("--hellaswag-every must be >= 0, found -1",
            assertThrows(UserError.class, () -> new Cadence(0, 0, 0, -1)).getMessage());
    }

    @Test
    void the_last_step_is_validated_sampled_and_saved_even_off_the_beat() {
        FakeRun run = FakeRun.of(3);
        run.cadence = new Cadence(100, 100, 0);
        Outcome outcome = run.run(FakeRun.fresh());
        assertEquals(List.of("start 0/3", "validate 0", "step 1", "step 2", "step 3", "validate 3", "text at 3",
            "saving with validation loss 2.0", "checkpoint step3", "COMPLETED at 3"), run.events);
        assertEquals(new Outcome(Outcome.End.COMPLETED, 3, Path.of("step3")), outcome);
    }

    @Test
    void what_is_off_never_happens_but_the_last_checkpoint_does() {
        FakeRun run = FakeRun.of(2);
        run.run(FakeRun.fresh());
        assertEquals(List.of("start 0/2", "step 1", "step 2", "checkpoint step2", "COMPLETED at 2"), run.events);
    }

    /** One node that agrees with itself, but for what a test has it do. */
    private static class Among implements Agreement {
        private final Alone alone;

        Among(StopFlag stop) {
            alone = new Alone(stop);
        }

        @Override
        public boolean leads() {
            return alone.leads();
        }

        @Override
        public void follow(Replica replica, Consumer<Membership> listener) {
            alone.follow(replica, listener);
        }

        @Override
        public Result compare(Replica replica) {
            return Result.DONE;
        }

        @Override
        public Result step(Replica replica) {
            return alone.step(replica);
        }

        @Override
        public boolean awaitEnd(Replica replica) {
            return true;
        }
    }

    @Test
    void nothing_is_written_or_told_of_a_state_before_it_was_compared() {
        FakeRun run = FakeRun.of(4);
        run.cadence = new Cadence(2, 2, 2);
        Set<Integer> looked = new TreeSet<>();
        run.run(FakeRun.fresh(), new Among(run.stop) {
            @Override
            public Result compare(Replica replica) {
                run.events.add("compare " + replica.step() + (replica.showsAt(replica.step()) ? "" : ", not shown"));
                return looked.add(replica.step()) ? Result.AGAIN : Result.DONE;
            }
        });
        assertEquals(List.of("compare 0", "compare 0", "start 0/4", "validate 0", "step 1", "compare 1, not shown", "compare 1, not shown",
            "step 2", "compare 2", "compare 2", "validate 2", "text at 2", "saving with validation loss 2.0", "checkpoint step2",
            "step 3", "compare 3, not shown", "compare 3, not shown", "step 4", "compare 4", "compare 4", "validate 4", "text at 4",
            "saving with validation loss 2.0", "checkpoint step4", "COMPLETED at 4"), run.events);
    }

    @Test
    void a_node_that_gives_up_saves_its_state_first() {
        FakeRun run = FakeRun.of(300);
        UserError error = assertThrows(UserError.class, () -> run.run(FakeRun.fresh(), new Among(run.stop) {
            @Override
            public boolean leads() {
                return false;
            }

            @Override
            public Result step(Replica replica) {
                if (replica.step() == 7) {
                    throw new GivenUp("the others go on without this node");
                }
                return super.step(replica);
            }
        }));
        assertEquals("the others go on without this node; the state after step 7 is saved in step7", error.getMessage());
        FakeRun straight = FakeRun.of(300);
        straight.stopAfter = 7;
        straight.run(FakeRun.fresh());
        assertArrayEquals(straight.saved.get(7).params(), run.saved.get(7).params());
    }

    /** The node that led has said that the run stops, and died; those that train together now may know nothing of that. */
    @Test
    void a_node_that_was_told_to_stop_takes_part_in_steps_where_others_go_on() {
        FakeRun run = FakeRun.of(6);
        List<String> asked = new ArrayList<>();
        Outcome outcome = run.run(FakeRun.fresh(), new Among(run.stop) {
            @Override
            public boolean leads() {
                return false;
            }

            @Override
            public Result compare(Replica replica) {
                boolean formsAnew = replica.step() == 3 && !asked.contains("anew");
                if (formsAnew) {
                    asked.add("anew");
                }
                return formsAnew ? Result.AGAIN : Result.DONE;
            }

            @Override
            public Result step(Replica replica) {
                Result result = super.step(replica);
                return replica.step() == 3 ? Result.LAST : result;
            }
        });
        assertEquals(new Outcome(Outcome.End.COMPLETED, 6, Optional.empty()), outcome);
    }

    @Test
    void stop_after_ends_with_a_checkpoint_and_the_schedule_of_the_whole_run() {
        FakeRun run = FakeRun.of(300);
        run.stopAfter = 3;
        assertEquals(new Outcome(Outcome.End.STOPPED_AFTER, 3, Path.of("step3")), run.run(FakeRun.fresh()));
        FakeRun whole = FakeRun.of(300);
        whole.run(FakeRun.fresh());
        assertEquals(whole.reports.subList(0, 3).toString(), run.reports.toString());
    }

    @Test
    void a_run_resumed_at_any_step_ends_with_the_bits_of_one_straight_through() {
        FakeRun straight = new FakeRun();
        straight.spikes = new SpikeRule(1.5, 1.5);
        straight.run(FakeRun.fresh());
        assertTrue(straight.events.stream().anyMatch(event -> event.startsWith("skip")),
            "the run should skip steps, so that windows count");
        for (int stopAfter : new int[] {1, 7, 127, 128, 129, 200, 299, 300}) {
            FakeRun first = new FakeRun();
            first.spikes = straight.spikes;
            first.stopAfter = stopAfter;
            first.run(FakeRun.fresh());
            FakeRun second = new FakeRun();
            second.spikes = straight.spikes;
            second.saved.putAll(first.saved);
            second.run(TrainingState.of(first.saved.get(stopAfter)));
            assertSameBits(straight.saved.get(300), second.saved.get(300), "stopped after " + stopAfter);
        }
    }

    @Test
    void a_resumed_run_does_not_save_again_what_it_came_from() {
        FakeRun first = FakeRun.of(4);
        first.stopAfter = 2;
        first.run(FakeRun.fresh());
        FakeRun second = FakeRun.of(4);
        second.cadence = new Cadence(0, 0, 2);
        second.saved.putAll(first.saved);
        second.run(TrainingState.of(first.saved.get(2)));
        assertEquals(List.of("start 2/4", "step 3", "step 4", "checkpoint step4", "COMPLETED at 4"), second.events);
    }

    @Test
    void a_finished_run_that_is_resumed_ends_at_once() {
        FakeRun first = FakeRun.of(2);
        first.run(FakeRun.fresh());
        FakeRun second = FakeRun.of(2);
        second.saved.putAll(first.saved);
        assertEquals(new Outcome(Outcome.End.COMPLETED, 2, Path.of("step2")), second.run(TrainingState.of(first.saved.get(2))));
        assertTrue(second.reports.isEmpty());
    }

    @Test
    void a_run_that_is_already_past_its_stop_is_refused() {
        FakeRun first = FakeRun.of(5);
        first.run(FakeRun.fresh());
        FakeRun second = FakeRun.of(5);
        second.stopAfter = 3;
        assertEquals("the run stands at step 5, past the step to end at: 3. Give a larger --stop-after",
            assertThrows(UserError.class, () -> second.run(TrainingState.of(first.saved.get(5)))).getMessage());
    }

    @Test
    void a_stop_between_micro_batches_abandons_the_step_and_saves_the_last_complete_one() {
        FakeRun two = FakeRun.of(300);
        two.stopAfter = 2;
        two.run(FakeRun.fresh());
        FakeRun run = FakeRun.of(300);
        int thirdStepThirdBatch = 2 * 5 + 2;
        run.beforeMicroBatch = k -> {
            assertTrue(k <= thirdStepThirdBatch, "micro-batch " + k + " was begun after the stop");
            if (k == thirdStepThirdBatch) {
                run.stop.raise();
            }
        };
        TrainingState state = FakeRun.fresh();
        assertEquals(new Outcome(Outcome.End.STOPPED_BY_FLAG, 2, Path.of("step2")), run.run(state));
        assertSameBits(two.saved.get(2), run.saved.get(2), "stopped in step 3");
        assertEquals(2, state.step());
    }

    @Test
    void a_stop_in_the_last_micro_batch_completes_the_step() {
        FakeRun run = FakeRun.of(300);
        run.cadence = new Cadence(1, 1, 0);
        run.beforeMicroBatch = k -> {
            if (k == 4) {
                run.stop.raise();
            }
        };
        run.run(FakeRun.fresh());
        assertEquals(List.of("start 0/300", "validate 0", "step 1", "checkpoint step1", "STOPPED_BY_FLAG at 1"), run.events);
    }

    @Test
    void a_stop_before_anything_saves_the_state_as_it_came() {
        FakeRun run = FakeRun.of(300);
        run.stop.raise();
        assertEquals(new Outcome(Outcome.End.STOPPED_BY_FLAG, 0, Path.of("step0")), run.run(FakeRun.fresh()));
        assertArrayEquals(FakeRun.fresh().params(), run.saved.get(0).params());
    }

    @Test
    void a_loss_that_is_no_number_stops_before_the_weights_change_and_names_step_and_checkpoint() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            FakeRun good = FakeRun.of(300);
            good.stopAfter = 3;
            good.run(FakeRun.fresh());
            FakeRun run = FakeRun.of(300);
            run.cadence = new Cadence(0, 0, 2);
            run.poison = OptionalDouble.of(bad);
            run.poisonStep = 3;
            TrainingState state = FakeRun.fresh();
            String message = assertThrows(UserError.class, () -> run.run(state)).getMessage();
            assertTrue(message.startsWith("training diverged at step 4: loss " + bad + ", gradient norm "), message);
            assertTrue(message.endsWith("expected finite numbers; the newest checkpoint is step2. Try a smaller --lr or a longer --warmup"),
                message);
            assertArrayEquals(good.saved.get(3).params(), state.params());
            assertEquals(List.of(2), List.copyOf(run.saved.keySet()));
        }
    }

    @Test
    void a_first_step_that_diverges_says_that_there_is_no_checkpoint() {
        FakeRun run = FakeRun.of(300);
        run.poison = OptionalDouble.of(Double.NaN);
        String message = assertThrows(UserError.class, () -> run.run(FakeRun.fresh())).getMessage();
        assertTrue(message.contains("at step 1:") && message.contains("no checkpoint was written yet"), message);
    }

    @Test
    void a_spike_skips_the_update_and_still_counts_as_a_step() {
        FakeRun run = new FakeRun();
        run.stopAfter = 151;
        run.spikes = new SpikeRule(8, Double.POSITIVE_INFINITY);
        run.cadence = new Cadence(0, 0, 150);
        run.poison = OptionalDouble.of(1e6);
        run.poisonStep = 150;
        run.run(FakeRun.fresh());
        Snapshot before = run.saved.get(150);
        Snapshot after = run.saved.get(151);
        assertArrayEquals(before.params(), after.params());
        assertArrayEquals(before.m(), after.m());
        assertArrayEquals(before.v(), after.v());
        assertNotEquals(before.lossWindow().sum(), after.lossWindow().sum());
        assertTrue(run.events.contains("skip 151 for loss"), run.events.toString());
        assertFalse(run.reports.get(150).updated());
        assertTrue(run.reports.get(149).updated());
    }

    @Test
    void the_same_spike_trains_on_where_no_rule_was_given() {
        FakeRun run = new FakeRun();
        run.poison = OptionalDouble.of(1e6);
        run.poisonStep = 150;
        run.run(FakeRun.fresh());
        assertTrue(run.reports.get(150).updated());
        assertTrue(run.reports.get(150).lossZ() > 8);
    }

    @Test
    void validating_sampling_and_saving_do_not_show_in_the_bits() {
        FakeRun plain = FakeRun.of(20);
        plain.run(FakeRun.fresh());
        FakeRun busy = FakeRun.of(20);
        busy.cadence = new Cadence(1, 1, 1);
        busy.run(FakeRun.fresh());
        assertArrayEquals(plain.saved.get(20).params(), busy.saved.get(20).params());
    }

    @Test
    void fewer_validation_batches_than_asked_for_are_said_once() {
        FakeRun run = FakeRun.of(1);
        run.validationBatches = 3;
        run.cadence = new Cadence(1, 0, 0);
        run.run(FakeRun.fresh());
        assertEquals(List.of("start 0/1", "only 3 of 4 batches"), run.events.subList(0, 2));
    }

    @Test
    void the_lowest_validation_loss_is_kept_in_the_state() {
        FakeRun run = FakeRun.of(1);
        run.cadence = new Cadence(1, 0, 0);
        TrainingState state = FakeRun.fresh();
        run.nextValLossNats = 3.5;
        run.run(state);
        FakeRun worse = FakeRun.of(2);
        worse.cadence = new Cadence(1, 0, 0);
        worse.nextValLossNats = 4;
        worse.run(state);
        assertEquals(OptionalDouble.of(3.5), state.bestValLossNats());
        assertEquals(OptionalDouble.of(3.5), worse.saved.get(2).bestValLossNats());
    }

    @Test
    void a_report_divides_the_time_of_a_step_among_its_phases() {
        FakeRun run = FakeRun.of(1);
        run.run(FakeRun.fresh());
        StepReport report = run.reports.getFirst();
        // The clock ticks once a reading: start, three readings for each of 5 micro-batches, reduced, updated.
        assertEquals(17, report.stepNs());
        assertEquals(5, report.dataNs());
        assertEquals(1, report.adamwNs());
        assertEquals(report.stepNs() - report.adamwNs() - 2 * report.dataNs(), report.reduceNs());
        assertEquals(10, report.tokens());
        assertEquals(1, report.step());
        assertTrue(Double.isNaN(report.lossZ()) && Double.isNaN(report.gradZ()));
    }

    @Test
    void lengths_and_cadences_that_make_no_run_are_refused() {
        assertThrows(UserError.class, () -> RunPlan.Length.of(0));
        assertEquals("--stop-after must be from 1 to --steps 5, found 6",
            assertThrows(UserError.class, () -> new RunPlan.Length(5, 6)).getMessage());
        assertEquals("--val-every must be >= 0, found -1", assertThrows(UserError.class, () -> new Cadence(-1, 0, 0)).getMessage());
    }

    private static void assertSameBits(Snapshot expected, Snapshot found, String when) {
        assertArrayEquals(expected.params(), found.params(), when);
        assertArrayEquals(expected.m(), found.m(), when);
        assertArrayEquals(expected.v(), found.v(), when);
        assertEquals(Arrays.toString(expected.lossWindow().values()), Arrays.toString(found.lossWindow().values()), when);
        assertEquals(expected.lossWindow().sumOfSquares(), found.lossWindow().sumOfSquares(), when);
        assertEquals(Arrays.toString(expected.gradWindow().values()), Arrays.toString(found.gradWindow().values()), when);
    }
}
