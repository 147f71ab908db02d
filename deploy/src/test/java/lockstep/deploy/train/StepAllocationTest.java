package lockstep.deploy.train;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StepAllocationTest {
    private long allocated = 7_000_000;
    private final StepAllocation allocation = new StepAllocation(() -> allocated);

    private void step(long bytes) {
        allocated += bytes;
        allocation.updated();
    }

    @Test
    void the_first_steps_do_not_count_and_one_that_is_out_of_line_does_not_show() {
        for (int i = 0; i < StepAllocation.WARM_UPS; i++) {
            assertEquals(Optional.empty(), allocation.summary());
            step(500_000_000);
        }
        step(1_000_000);
        step(900_000_000);
        step(1_020_000);
        assertEquals(Optional.of("1.02 MB allocated a step by all threads, median of 3"), allocation.summary());
    }

    @Test
    void the_latest_steps_are_the_ones_that_count() {
        for (int i = 0; i < 2 * StepAllocation.KEPT + StepAllocation.WARM_UPS; i++) {
            step(i < StepAllocation.KEPT + StepAllocation.WARM_UPS ? 9_000_000 : 2_000_000);
        }
        assertEquals(Optional.of("2.00 MB allocated a step by all threads, median of 1023"), allocation.summary());
    }
}
