package lockstep.node.train;

import java.util.List;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.node.generate.Generator;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MemoryPlanTest {
    private static final long GIB = 1L << 30;
    private static final ModelShape D12 = ModelShape.named("d12", 50_257);
    private static final long D12_BYTES = 4L * 124_475_904;
    private static final long D12_SAMPLE_BYTES = 2L * 12 * 1024 * 768 * 4;
    private static final MemoryPlan PLAN = MemoryPlan.of(D12, new BatchPlan(4, 64, 8, 4), GIB, D12_SAMPLE_BYTES, 1000);

    @Test
    void every_item_is_counted_and_the_groups_take_log2_G_gradients() {
        assertEquals(
            "[Item[name=parameters, bytes=497903616], Item[name=gradient, bytes=497903616], Item[name=AdamW m and v, bytes=995807232], "
                + "Item[name=sums of 4 groups, bytes=995807232], Item[name=activations, bytes=1073741824], Item[name=samples, bytes=75497472], "
                + "Item[name=data, bytes=3048]]",
            PLAN.items().toString());
        assertEquals(6 * D12_BYTES + GIB + D12_SAMPLE_BYTES + 3048, PLAN.totalBytes());
        assertTrue(PLAN.neededBytes() > PLAN.totalBytes());
    }

    @Test
    void a_run_counts_what_the_model_takes_to_train_and_to_talk() {
        BatchPlan batch = new BatchPlan(4, 64, 8, 4);
        assertEquals(
            MemoryPlan.of(D12, batch, Gpt2.activationBytes(D12, 4, 64, 2, Recompute.GELU), Generator.bytes(D12, D12.maxT(), 2), 1000),
            MemoryPlan.of(D12, batch, 2, Recompute.GELU, 1000));
    }

    @Test
    void it_prints_a_line_an_item_and_the_sum() {
        assertEquals("parameters                      474.8 MiB", PLAN.lines().getFirst());
        assertEquals("activations                       1.0 GiB", PLAN.lines().get(4));
        assertEquals("in all, with headroom             4.1 GiB", PLAN.lines().getLast());
        assertEquals(PLAN.items().size() + 1, PLAN.lines().size());
    }

    @Test
    void what_fits_is_let_through() {
        assertDoesNotThrow(() -> PLAN.requireFits(new Memory(5 * GIB, 8 * GIB)));
        assertDoesNotThrow(() -> PLAN.requireFits(new Memory(PLAN.neededBytes(), 8 * GIB)));
    }

    @Test
    void a_heap_that_is_too_small_says_need_have_and_what_to_change() {
        UserError error = assertThrows(UserError.class, () -> PLAN.requireFits(new Memory(PLAN.neededBytes() - 1, 8 * GIB)));
        assertEquals("the run needs 4.1 GiB of memory and the Java heap may grow to 4.1 GiB (the largest part: activations, 1.0 GiB). "
            + "Try --recompute block, a smaller --batch, --seq-len or --model, or a larger heap: the machine has 8.0 GiB",
            error.getMessage());
    }

    @Test
    void a_machine_that_is_too_small_is_not_helped_by_a_larger_heap() {
        UserError error = assertThrows(UserError.class, () -> PLAN.requireFits(new Memory(3 * GIB, 4 * GIB)));
        assertEquals(
            "the run needs 4.1 GiB of memory and the machine has 4.0 GiB (the largest part: activations, 1.0 GiB). Try --recompute block, or a smaller --batch, --seq-len or --model",
            error.getMessage());
    }

    @Test
    void what_has_other_options_names_its_own() {
        UserError error = assertThrows(UserError.class,
            () -> PLAN.requireFits(new Memory(3 * GIB, 8 * GIB), List.of("a smaller --batch")));
        assertTrue(error.getMessage().endsWith("Try a smaller --batch, or a larger heap: the machine has 8.0 GiB"), error.getMessage());
    }

    @Test
    void absurd_shapes_are_refused_and_do_not_overflow() {
        ModelShape absurd = new ModelShape(1024, 50_257, 50_304, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        UserError error = assertThrows(UserError.class, () -> MemoryPlan.of(absurd, BatchPlan.of(4, 64, 1), 1, 1, 1));
        assertEquals(
            "the run needs more memory than any machine has: layers 2147483647, channels 2147483647, vocabulary 50257, --batch 4, --seq-len 64. "
                + "Try a smaller --model, --batch or --seq-len",
            error.getMessage());
        assertThrows(UserError.class, () -> MemoryPlan.of(D12, BatchPlan.of(4, 64, 1), Long.MAX_VALUE, 1, 1));
    }

    @Test
    void this_jvm_has_memory() {
        Memory memory = Memory.ofThisJvm();
        assertTrue(memory.heapBytes() > 0 && memory.machineBytes() > 0, memory.toString());
    }
}
