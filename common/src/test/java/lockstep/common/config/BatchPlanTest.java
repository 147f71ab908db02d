package lockstep.common.config;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BatchPlanTest {
    private static final int LARGEST_M = 70;

    @Test
    void groups_of_every_plan_cover_every_micro_batch_exactly_once_in_order() {
        for (int M = 1; M <= LARGEST_M; M++) {
            for (int G = 1; G <= M; G *= 2) {
                BatchPlan plan = new BatchPlan(1, 1, M, G);
                int next = 0;
                for (int g = 0; g < G; g++) {
                    assertEquals(next, plan.groupStart(g), "M=" + M + " G=" + G + " g=" + g);
                    assertTrue(plan.groupEnd(g) > plan.groupStart(g), "M=" + M + " G=" + G + " g=" + g);
                    next = plan.groupEnd(g);
                }
                assertEquals(M, next, "M=" + M + " G=" + G);
            }
        }
    }

    @Test
    void sizes_of_groups_differ_by_at_most_one_and_larger_groups_come_first() {
        for (int M = 1; M <= LARGEST_M; M++) {
            for (int G = 1; G <= M; G *= 2) {
                BatchPlan plan = new BatchPlan(1, 1, M, G);
                int largest = plan.groupEnd(0);
                int before = largest;
                for (int g = 0; g < G; g++) {
                    int size = plan.groupEnd(g) - plan.groupStart(g);
                    assertTrue(size <= before && size >= largest - 1, "M=" + M + " G=" + G + " g=" + g + " size=" + size);
                    before = size;
                }
            }
        }
    }

    @Test
    void the_default_is_the_largest_power_of_two_up_to_eight_and_M() {
        int[] expected = {1, 2, 2, 4, 4, 4, 4, 8, 8, 8};
        for (int M = 1; M <= expected.length; M++) {
            assertEquals(expected[M - 1], BatchPlan.defaultGroups(M), "M=" + M);
        }
        assertEquals(8, BatchPlan.defaultGroups(1000));
    }

    @Test
    void the_tree_over_eight_groups_has_three_levels() {
        assertEquals(3, new BatchPlan(1, 1, 8, 8).treeLevels());
        assertEquals(0, new BatchPlan(1, 1, 8, 1).treeLevels());
    }

    @Test
    void tokens_of_a_step_do_not_overflow() {
        assertEquals(1L << 40, new BatchPlan(1 << 10, 1 << 10, 1 << 20, 1).tokensPerStep());
    }

    @Test
    void numbers_that_make_no_plan_are_refused_with_the_option_and_the_value() {
        assertRefused("--batch must be > 0, found 0", 0, 1, 1, 1);
        assertRefused("--seq-len must be > 0, found -1", 1, -1, 1, 1);
        assertRefused("--micro-batches must be > 0, found 0", 1, 1, 0, 1);
        assertRefused("--groups must be a power of two no larger than --micro-batches: groups 3, micro-batches 4", 1, 1, 4, 3);
        assertRefused("--groups must be a power of two no larger than --micro-batches: groups 8, micro-batches 4", 1, 1, 4, 8);
        assertRefused("--batch times --seq-len must fit one Java array: 65536 x 65536 tokens", 1 << 16, 1 << 16, 1, 1);
    }

    private static void assertRefused(String message, int B, int T, int M, int G) {
        assertEquals(message, assertThrows(UserError.class, () -> new BatchPlan(B, T, M, G)).getMessage());
    }
}
