package lockstep.node.data;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MicroBatchesTest {
    /** Windows of 4: 5 in the first shard (21 tokens), 2 in the second (11 tokens). */
    private static final List<TokenSequence> SHARDS = List.of(ArrayTokens.counting("a.bin", 0, 21), ArrayTokens.counting("b.bin", 100, 11));
    private static final int WINDOWS = 7;

    @Test
    void an_epoch_of_shuffled_batches_holds_every_window_once() {
        BatchPlan plan = BatchPlan.of(1, 4, 1);
        ShuffledBatches batches = new ShuffledBatches(SHARDS, plan, 42);
        for (int epoch = 0; epoch < 5; epoch++) {
            TreeMap<Integer, Integer> starts = new TreeMap<>();
            for (int i = 0; i < WINDOWS; i++) {
                starts.merge(fill(batches, plan, epoch * WINDOWS + i, 0)[0], 1, Integer::sum);
            }
            assertEquals("{0=1, 4=1, 8=1, 12=1, 16=1, 100=1, 104=1}", starts.toString(), "epoch " + epoch);
        }
        assertEquals(28, batches.tokensPerEpoch());
        assertEquals(32, batches.tokens());
    }

    @Test
    void targets_are_the_tokens_that_follow_and_windows_never_cross_shards() {
        BatchPlan plan = BatchPlan.of(3, 4, 2);
        for (MicroBatches batches : List.of(new ShuffledBatches(SHARDS, plan, 1), new ShuffledBatches(SHARDS, plan, 2))) {
            for (int step = 0; step < 10; step++) {
                int[] tokens = new int[12];
                int[] targets = new int[12];
                batches.fill(step, step % 2, tokens, targets);
                for (int i = 0; i < 12; i++) {
                    assertEquals(tokens[i] + 1, targets[i]);
                    assertEquals(tokens[i / 4 * 4] + i % 4, tokens[i]);
                }
            }
        }
    }

    @Test
    void the_row_of_windows_does_not_depend_on_how_it_is_cut_into_batches() {
        BatchPlan one = BatchPlan.of(1, 4, 1);
        BatchPlan many = BatchPlan.of(2, 4, 3);
        ShuffledBatches ones = new ShuffledBatches(SHARDS, one, 9);
        ShuffledBatches manies = new ShuffledBatches(SHARDS, many, 9);
        for (int k = 0; k < 60; k++) {
            int[] wanted = fill(ones, one, k, 0);
            int[] batch = fill(manies, many, k / 6, k % 6 / 2);
            assertArrayEquals(wanted, Arrays.copyOfRange(batch, k % 2 * 4, k % 2 * 4 + 4), "window " + k);
        }
    }

    @Test
    void shuffled_batches_can_be_asked_for_in_any_order() {
        BatchPlan plan = BatchPlan.of(2, 4, 2);
        int[] late = fill(new ShuffledBatches(SHARDS, plan, 5), plan, 1_000_000_000, 1);
        ShuffledBatches other = new ShuffledBatches(SHARDS, plan, 5);
        int[] early = fill(other, plan, 0, 0);
        assertArrayEquals(late, fill(other, plan, 1_000_000_000, 1));
        assertArrayEquals(early, fill(other, plan, 0, 0));
    }

    @Test
    void seeds_shuffle_differently() {
        BatchPlan plan = BatchPlan.of(7, 4, 1);
        assertNotEquals(Arrays.toString(fill(new ShuffledBatches(SHARDS, plan, 5), plan, 0, 0)),
            Arrays.toString(fill(new ShuffledBatches(SHARDS, plan, 6), plan, 0, 0)));
    }

    @Test
    void sequential_batches_run_through_the_shards_and_start_over() {
        BatchPlan plan = BatchPlan.of(2, 4, 3);
        SequentialBatches batches = new SequentialBatches(SHARDS, plan);
        int[] starts = new int[6];
        for (int k = 0; k < starts.length; k++) {
            starts[k] = fill(batches, plan, k / 3, k % 3)[0];
        }
        assertArrayEquals(new int[] {0, 8, 100, 0, 8, 100}, starts);
        assertEquals(24, batches.tokensPerEpoch());
    }

    @Test
    void an_overfitted_batch_is_the_first_step_again_and_again() {
        BatchPlan plan = BatchPlan.of(2, 4, 2);
        OverfitBatch batches = new OverfitBatch(new SequentialBatches(SHARDS, plan));
        assertEquals(0, fill(batches, plan, 0, 0)[0]);
        assertEquals(8, fill(batches, plan, 0, 1)[0]);
        assertEquals(0, fill(batches, plan, 17, 0)[0]);
        assertEquals(8, fill(batches, plan, 17, 1)[0]);
    }

    @Test
    void validation_takes_what_was_asked_for_or_all_there_is() {
        assertEquals(2, new ValidationBatches(SHARDS, 2, 4, 2).count());
        ValidationBatches all = new ValidationBatches(SHARDS, 2, 4, 50);
        assertEquals(3, all.count());
        assertEquals(50, all.requested());
        int[] tokens = new int[8];
        int[] targets = new int[8];
        all.fill(2, tokens, targets);
        assertArrayEquals(new int[] {100, 101, 102, 103, 104, 105, 106, 107}, tokens);
        assertArrayEquals(new int[] {101, 102, 103, 104, 105, 106, 107, 108}, targets);
        assertThrows(IndexOutOfBoundsException.class, () -> all.fill(3, tokens, targets));
    }

    @Test
    void a_shard_without_one_whole_sample_is_refused_with_the_numbers() {
        List<TokenSequence> shards = List.of(ArrayTokens.counting("long.bin", 0, 100), ArrayTokens.counting("short.bin", 0, 8));
        assertRefused("short.bin: tokens: found 8, expected at least 9 (--batch 2 x --seq-len 4 + 1)",
            () -> new SequentialBatches(shards, BatchPlan.of(2, 4, 1)));
        assertRefused("short.bin: tokens: found 8, expected at least 9 (--batch 2 x --seq-len 4 + 1)",
            () -> new ValidationBatches(shards, 2, 4, 1));
        assertRefused("short.bin: tokens: found 8, expected at least 9 (--seq-len 8 + 1)",
            () -> new ShuffledBatches(shards, BatchPlan.of(2, 8, 1), 1));
        assertRefused("empty.bin: tokens: found 0, expected at least 2 (--seq-len 1 + 1)",
            () -> new ShuffledBatches(List.of(ArrayTokens.counting("empty.bin", 0, 0)), BatchPlan.of(1, 1, 1), 1));
    }

    @Test
    void a_single_shard_shorter_than_one_batch_is_refused_when_shuffled_too() {
        List<TokenSequence> exact = List.of(ArrayTokens.counting("s.bin", 0, 4 * 64 + 1));
        List<TokenSequence> shorter = List.of(ArrayTokens.counting("s.bin", 0, 4 * 64));
        assertEquals(256, new ShuffledBatches(exact, BatchPlan.of(4, 64, 1), 1).tokensPerEpoch());
        assertRefused("s.bin: sequences of 64 tokens in all shards: found 3, expected at least --batch 4, that is 257 tokens",
            () -> new ShuffledBatches(shorter, BatchPlan.of(4, 64, 1), 1));
    }

    @Test
    void a_validation_of_no_batches_is_refused() {
        assertRefused("--val-batches must be > 0, found 0", () -> new ValidationBatches(SHARDS, 1, 1, 0));
    }

    private static int[] fill(MicroBatches batches, BatchPlan plan, int step, int m) {
        int[] tokens = new int[plan.tokensPerMicroBatch()];
        batches.fill(step, m, tokens, new int[tokens.length]);
        return tokens;
    }

    private static void assertRefused(String message, Runnable making) {
        String found = assertThrows(UserError.class, making::run).getMessage();
        assertTrue(found.equals(message), found);
    }
}
