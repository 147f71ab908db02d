package lockstep.node.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GroupTreeTest {
    /** Magnitudes near enough that all count and far enough apart that the order of addition shows. */
    private static float[] gradients(int M, long seed) {
        Random random = new Random(seed);
        float[] gradients = new float[M];
        for (int m = 0; m < M; m++) {
            gradients[m] = (random.nextFloat() - 0.5f) * Math.scalb(1f, random.nextInt(7) - 3);
        }
        return gradients;
    }

    /** The specification, recursively. */
    private static float treeSum(float[] gradients, BatchPlan plan, int firstGroup, int groups) {
        if (groups == 1) {
            float sum = 0f;
            for (int m = plan.groupStart(firstGroup); m < plan.groupEnd(firstGroup); m++) {
                sum += gradients[m];
            }
            return sum;
        }
        return treeSum(gradients, plan, firstGroup, groups / 2) + treeSum(gradients, plan, firstGroup + groups / 2, groups / 2);
    }

    private static GradientBuffers buffers(BatchPlan plan) {
        GradientBuffers buffers = new GradientBuffers(() -> new float[1], GradientBuffers.reserved(plan));
        for (int i = 0; i < buffers.count(); i++) {
            buffers.get(i)[0] = Float.NaN;
        }
        return buffers;
    }

    private static GroupTree tree(BatchPlan plan, GradientBuffers buffers) {
        return new GroupTree(plan, buffers, new PlainSums());
    }

    private static GroupTree.Work work(float[] gradients, BatchPlan plan) {
        return (m, dst, finals) -> {
            dst[0] = plan.startsGroup(m) ? gradients[m] : dst[0] + gradients[m];
            finals.isFinal(0, 1);
            return true;
        };
    }

    private static float sum(float[] gradients, BatchPlan plan) {
        GradientBuffers buffers = buffers(plan);
        float[] sum = buffers.get(0);
        assertTrue(tree(plan, buffers).sum(0, plan.treeLevels(), 0, work(gradients, plan), FinalRanges.UNHEARD));
        return sum[0];
    }

    @Test
    void the_sum_is_the_recursive_tree_s_bit_for_bit() {
        for (int M = 1; M <= 40; M++) {
            for (int G = 1; G <= M; G *= 2) {
                BatchPlan plan = new BatchPlan(1, 1, M, G);
                for (long seed = 0; seed < 20; seed++) {
                    float[] gradients = gradients(M, seed);
                    assertEquals(Float.floatToRawIntBits(treeSum(gradients, plan, 0, G)), Float.floatToRawIntBits(sum(gradients, plan)),
                        plan + " seed " + seed);
                }
            }
        }
    }

    @Test
    void the_numbers_used_here_tell_one_order_from_another() {
        long differing = LongStream.range(0, 100)
            .filter(seed -> sum(gradients(16, seed), new BatchPlan(1, 1, 16, 1)) != sum(gradients(16, seed), new BatchPlan(1, 1, 16, 8)))
            .count();
        assertTrue(differing > 30, "only " + differing + " of 100 differ");
    }

    @Test
    void micro_batches_are_computed_in_order_into_at_most_log2_G_buffers_beside_the_gradient() {
        for (int G : new int[] {1, 2, 4, 8, 16}) {
            BatchPlan plan = new BatchPlan(1, 1, 19, G);
            GradientBuffers buffers = buffers(plan);
            GroupTree tree = tree(plan, buffers);
            float[] grads = buffers.get(0);
            Set<float[]> written = Collections.newSetFromMap(new IdentityHashMap<>());
            List<Integer> order = new ArrayList<>();
            tree.sum(0, plan.treeLevels(), 0, (m, dst, finals) -> {
                written.add(dst);
                return order.add(m);
            }, FinalRanges.UNHEARD);
            assertEquals(IntStream.range(0, 19).boxed().toList(), order);
            assertTrue(written.remove(grads));
            assertEquals(Integer.numberOfTrailingZeros(G), written.size(), "G=" + G);
            assertEquals(written.size() + 1, buffers.count());
        }
    }

    @Test
    void subtrees_summed_apart_combine_to_the_whole() {
        BatchPlan plan = new BatchPlan(1, 1, 13, 8);
        float[] gradients = gradients(13, 5);
        GroupTree.Work work = work(gradients, plan);
        float[][] quarters = new float[4][];
        for (int q = 0; q < 4; q++) {
            GradientBuffers buffers = buffers(plan);
            assertTrue(tree(plan, buffers).sum(2 * q, 1, 3, work, FinalRanges.UNHEARD));
            quarters[q] = buffers.get(3);
        }
        assertEquals(sum(gradients, plan), (quarters[0][0] + quarters[1][0]) + (quarters[2][0] + quarters[3][0]));
    }

    /** Ranges that a model is done with in an order of its own, and that go to others at once, which overwrite them. */
    @Test
    void the_last_micro_batch_s_ranges_are_final_as_they_come() {
        int parameters = 3;
        int[] order = {2, 0, 1};
        for (int G : new int[] {1, 2, 4, 8}) {
            BatchPlan plan = new BatchPlan(1, 1, 11, G);
            GradientBuffers buffers = new GradientBuffers(() -> new float[parameters], GradientBuffers.reserved(plan));
            float[] sum = buffers.get(0);
            List<Integer> heard = new ArrayList<>();
            assertTrue(new GroupTree(plan, buffers, new PlainSums()).sum(0, plan.treeLevels(), 0, (m, dst, finals) -> {
                for (int p : order) {
                    float gradient = gradients(11, p)[m];
                    dst[p] = plan.startsGroup(m) ? gradient : dst[p] + gradient;
                    finals.isFinal(p, p + 1);
                }
                return true;
            }, (from, to) -> {
                assertEquals(from + 1, to);
                assertEquals(sum(gradients(11, from), plan), sum[from], "G=" + G);
                sum[from] = Float.POSITIVE_INFINITY;
                heard.add(from);
            }));
            assertEquals(List.of(2, 0, 1), heard);
            for (float value : sum) {
                assertEquals(Float.POSITIVE_INFINITY, value, "is left alone after it was final");
            }
        }
    }

    @Test
    void abandoned_work_ends_at_once() {
        List<Integer> asked = new ArrayList<>();
        BatchPlan plan = new BatchPlan(1, 1, 16, 8);
        assertFalse(tree(plan, buffers(plan)).sum(0, 3, 0, (m, dst, finals) -> {
            asked.add(m);
            return m < 4;
        }, FinalRanges.UNHEARD));
        assertEquals(List.of(0, 1, 2, 3, 4), asked);
    }
}
