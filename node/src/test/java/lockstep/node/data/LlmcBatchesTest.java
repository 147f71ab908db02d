package lockstep.node.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.common.config.BatchPlan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class LlmcBatchesTest {
    private static final int SEED = 42;

    /** What llm.c's loader serves for tiny-shakespeare, whose training split has 305,260 tokens. */
    @Test
    void a_single_shard_of_1192_samples_is_served_in_llmc_s_order() {
        List<TokenSequence> shards = List.of(ArrayTokens.counting("tiny_shakespeare_train.bin", 0, 305_260));
        BatchPlan plan = BatchPlan.of(4, 64, 2);
        LlmcBatches batches = llmc(shards, plan);
        int[] expected = {408, 791, 914, 1057, 81, 450, 299, 907, 582, 321};
        for (int k = 0; k < expected.length; k++) {
            int[] tokens = new int[256];
            int[] targets = new int[256];
            batches.fill(k / 2, k % 2, tokens, targets);
            int first = expected[k] * 256;
            assertArrayEquals(IntStream.range(first, first + 256).toArray(), tokens, "sample " + k);
            assertArrayEquals(IntStream.range(first + 1, first + 257).toArray(), targets, "sample " + k);
        }
        assertEquals(1192 * 256, batches.tokensPerEpoch());
    }

    /** A loader written the way llm.c's runs: one state, one sample after the other. */
    @Test
    void several_shards_and_epochs_follow_the_running_loader() {
        List<TokenSequence> shards = shards();
        LlmcBatches batches = llmc(shards, BatchPlan.of(1, 4, 1));
        List<Integer> expected = runningLoader(new int[] {5, 2, 9}, 100);
        for (int k = 0; k < 100; k++) {
            assertEquals(expected.get(k).longValue(), batches.place(k), "sample " + k);
        }
    }

    @Test
    void samples_can_be_asked_for_in_any_order() {
        LlmcBatches inOrder = llmc(shards(), BatchPlan.of(1, 4, 1));
        long[] expected = IntStream.range(0, 80).mapToLong(inOrder::place).toArray();
        LlmcBatches jumping = llmc(shards(), BatchPlan.of(1, 4, 1));
        for (int k : new int[] {79, 3, 50, 49, 51, 0, 16, 15, 78}) {
            assertEquals(expected[k], jumping.place(k), "sample " + k);
        }
    }

    @Test
    void every_epoch_holds_every_sample_once_in_another_order() {
        LlmcBatches batches = llmc(shards(), BatchPlan.of(1, 4, 1));
        long[] first = IntStream.range(0, 16).mapToLong(batches::place).toArray();
        long[] second = IntStream.range(16, 32).mapToLong(batches::place).toArray();
        assertNotEquals(Arrays.toString(first), Arrays.toString(second));
        Arrays.sort(first);
        Arrays.sort(second);
        assertArrayEquals(IntStream.range(0, 16).asLongStream().toArray(), first);
        assertArrayEquals(first, second);
    }

    /** 5, 2 and 9 samples of 4 tokens. */
    private static List<TokenSequence> shards() {
        return List.of(ArrayTokens.counting("a", 0, 21), ArrayTokens.counting("b", 100, 12), ArrayTokens.counting("c", 200, 37));
    }

    private static LlmcBatches llmc(List<TokenSequence> shards, BatchPlan plan) {
        return new LlmcBatches(shards, plan, SEED);
    }

    private static List<Integer> runningLoader(int[] samplesOfShard, int wanted) {
        Permuter random = new TwisterForTests(SEED);
        int[] offsets = {0, samplesOfShard[0], samplesOfShard[0] + samplesOfShard[1]};
        int[] shardIndices = {0, 1, 2};
        List<Integer> served = new ArrayList<>();
        while (served.size() < wanted) {
            random.permute(shardIndices);
            for (int shard : shardIndices) {
                int[] inShard = IntStream.range(0, samplesOfShard[shard]).toArray();
                random.permute(inShard);
                Arrays.stream(inShard).forEach(i -> served.add(offsets[shard] + i));
            }
        }
        return served;
    }
}
