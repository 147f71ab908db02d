package lockstep.coordinator.agree;

import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A step that takes a day is waited for; a generation in which nobody does anything is not. */
class StagnationTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final long HOUR = 3_600;

    private final Stagnation stagnation = new Stagnation(HOUR);

    @Test
    void as_long_as_any_node_gets_on_the_others_wait() {
        for (long halfHour = 1; halfHour <= 48; halfHour++) {
            assertFalse(stagnation.lasts("a step", Map.of(ONE, 7L, OTHER, halfHour), halfHour * HOUR / 2));
        }
        assertFalse(stagnation.lasts("a step", Map.of(ONE, 7L, OTHER, 48L), 25 * HOUR));
        assertTrue(stagnation.lasts("a step", Map.of(ONE, 7L, OTHER, 48L), 25 * HOUR + 1));
    }

    @Test
    void a_node_that_gives_no_answer_has_done_nothing_more() {
        assertFalse(stagnation.lasts("a step", Map.of(ONE, 1L, OTHER, 1L), 0));
        assertFalse(stagnation.lasts("a step", Map.of(ONE, 1L), HOUR));
        assertTrue(stagnation.lasts("a step", Map.of(ONE, 1L), HOUR + 1));
    }

    @Test
    void what_is_waited_for_next_is_given_its_own_time() {
        assertFalse(stagnation.lasts("a step", Map.of(ONE, 1L), 0));
        assertFalse(stagnation.lasts("another", Map.of(ONE, 1L), 2 * HOUR));
        assertFalse(stagnation.lasts("another", Map.of(ONE, 1L), 3 * HOUR));
        assertTrue(stagnation.lasts("another", Map.of(ONE, 1L), 3 * HOUR + 1));
    }
}
