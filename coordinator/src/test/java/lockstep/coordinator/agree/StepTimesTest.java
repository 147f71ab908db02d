package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import lockstep.coordinator.member.Peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StepTimesTest {
    private static final long MS = 1_000_000;

    private final StepTimes times = new StepTimes(new Guard());

    private static Generation generation(long number, double firstMs, double secondMs) {
        return new Generation(new Proposal(number, new UUID(0, 1)), 0, List.of(new Seat(new Peer(new UUID(0, 1), "a", 1), false, firstMs),
            new Seat(new Peer(new UUID(0, 2), "b", 2), false, secondMs)), Optional.empty());
    }

    @Test
    void what_was_known_when_a_generation_was_formed_holds_until_its_first_step() {
        Generation first = generation(1, 7, 0);
        assertEquals(7, times.microBatchMs(first, 0));
        assertEquals(0, times.microBatchMs(first, 1));
        times.committed(1, MS, List.of(8.0, 9.0));
        assertEquals(8, times.microBatchMs(first, 0));
        assertEquals(9, times.microBatchMs(first, 1));
        assertEquals(11, times.microBatchMs(generation(2, 10, 11), 1));
    }

    @Test
    void who_computed_nothing_in_a_step_is_as_fast_as_before() {
        times.committed(1, MS, List.of(8.0, 0.0));
        assertEquals(5, times.microBatchMs(generation(1, 4, 5), 1));
    }

    @Test
    void a_step_has_a_beginning_only_where_one_of_the_same_generation_came_before() {
        times.committed(1, 10 * MS, List.of(1.0, 1.0));
        assertEquals(0, times.stepMs());
        times.committed(1, 15 * MS, List.of(1.0, 1.0));
        assertEquals(5, times.stepMs());
        times.committed(2, 95 * MS, List.of(1.0, 1.0));
        assertEquals(0, times.stepMs());
    }
}
