package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DriftTest {
    private static final BatchPlan EIGHT = new BatchPlan(1, 1, 8, 8);
    private static final Peer FIRST = new Peer(new UUID(0, 1), "a", 1);
    private static final Peer SECOND = new Peer(new UUID(0, 2), "b", 2);
    private static final Peer THIRD = new Peer(new UUID(0, 3), "c", 3);

    private final List<String> said = new ArrayList<>();
    private final Drift drift = new Drift(said::add);

    private static Generation generation(long number, double firstMs, double secondMs) {
        return new Generation(new Proposal(number, FIRST.id()), 0,
            List.of(new Seat(FIRST, false, firstMs), new Seat(SECOND, false, secondMs)), Optional.empty());
    }

    /** Steps of a generation until other shares are asked for, or so many. */
    private int steps(Generation generation, int most, double... microBatchMs) {
        List<Double> byRank = Arrays.stream(microBatchMs).boxed().toList();
        for (int step = 0; step < most; step++) {
            if (drift.asksForOthers(EIGHT, generation, step, byRank)) {
                return step + 1;
            }
        }
        return most;
    }

    @Test
    void a_node_that_is_clearly_slower_than_its_share_gets_less_after_a_window() {
        assertEquals(Pace.WINDOW, steps(generation(1, 0, 0), 1000, 10, 30));
        assertEquals(
            List.of("groups are divided anew after step 16: the slowest node computes 120.0 ms a step, and 60.0 then: a:1 6, b:2 2"),
            said);
    }

    @Test
    void a_division_that_fits_stays_and_so_does_one_that_others_would_hardly_beat() {
        assertEquals(1000, steps(generation(1, 10, 30), 1000, 10, 30));
        assertEquals(1000, steps(generation(2, 0, 0), 1000, 10, 12)); // within what counts as equal
        assertEquals(1000, steps(generation(3, 10, 70), 1000, 10, 70));
        assertTrue(said.isEmpty(), said.toString());
    }

    @Test
    void what_saves_less_than_a_generation_costs_stays() {
        assertEquals(1000, steps(generation(1, 0, 0), 1000, 1, 3));
        assertTrue(said.isEmpty(), said.toString());
    }

    @Test
    void single_slow_steps_change_nothing() {
        Generation even = generation(1, 0, 0);
        for (int step = 0; step < 1000; step++) {
            double secondMs = step % 3 == 0 ? 500 : 10;
            assertFalse(drift.asksForOthers(EIGHT, even, step, List.of(10.0, secondMs)), "step " + step);
        }
    }

    @Test
    void each_change_among_the_same_nodes_has_to_wait_twice_as_long_as_the_one_before() {
        assertEquals(16, steps(generation(1, 10, 10), 1000, 10, 30));
        assertEquals(32, steps(generation(2, 10, 30), 1000, 10, 10));
        assertEquals(64, steps(generation(3, 10, 10), 1000, 10, 30));
        assertEquals(128, steps(generation(4, 10, 30), 1000, 10, 10));
        assertEquals(256, steps(generation(5, 10, 10), 1000, 10, 30));
        assertEquals(256, steps(generation(6, 10, 30), 1000, 10, 10));
        Generation others =
            new Generation(new Proposal(7, FIRST.id()), 0, List.of(new Seat(FIRST, false, 10), new Seat(THIRD, false, 10)),
                Optional.empty());
        assertEquals(16, steps(others, 1000, 10, 30));
    }

    @Test
    void a_spare_that_was_faster_once_takes_over_from_who_has_become_slow() {
        BatchPlan one = new BatchPlan(1, 1, 8, 1);
        Generation spare = generation(1, 10, 12);
        assertTrue(spare.shares(one, 1).get(1).isEmpty() || spare.shares(one, 1).get(0).isEmpty());
        boolean secondComputes = spare.shares(one, 1).get(0).isEmpty();
        List<Double> slow = secondComputes ? List.of(0.0, 50.0) : List.of(50.0, 0.0);
        boolean asked = false;
        for (int step = 0; step < Pace.WINDOW; step++) {
            asked = drift.asksForOthers(one, spare, step, slow);
        }
        assertTrue(asked);
    }

    @Test
    void nothing_is_known_of_a_node_before_it_has_computed_a_window_of_steps() {
        Generation fetching =
            new Generation(new Proposal(1, FIRST.id()), 0, List.of(new Seat(FIRST, false, 10), new Seat(SECOND, true, 0)),
                Optional.empty());
        assertFalse(drift.asksForOthers(EIGHT, fetching, 0, List.of(10.0, 0.0)));
        for (int step = 1; step < 31; step++) {
            assertFalse(drift.asksForOthers(EIGHT, fetching, step, List.of(10.0, 30.0)), "step " + step);
        }
        assertTrue(drift.asksForOthers(EIGHT, fetching, 31, List.of(10.0, 30.0)));
    }
}
