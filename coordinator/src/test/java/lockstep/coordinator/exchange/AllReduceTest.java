package lockstep.coordinator.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.model.Chunks;
import lockstep.coordinator.Cluster;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Sums over members in this JVM have the bits of one node that adds all groups by the tree. */
@Timeout(60)
class AllReduceTest {
    private static final int PARAMETERS = 5 * Chunks.FLOATS + 12_345;
    private static final int GROUPS = 8;
    private static final int BUCKET = 100_000;
    private static final long LONG_MS = 30_000;

    /** Group g's gradient: numbers of all sizes, whose sum depends on the order. */
    private static float[] gradient(int group) {
        Random random = new Random(group);
        float[] values = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            values[i] = (random.nextFloat() - 0.5f) * (1 << random.nextInt(20));
        }
        return values;
    }

    private static float[] treeSum(int first, int level) {
        if (level == 0) {
            return gradient(first);
        }
        float[] left = treeSum(first, level - 1);
        float[] right = treeSum(first + (1 << (level - 1)), level - 1);
        for (int i = 0; i < PARAMETERS; i++) {
            left[i] += right[i];
        }
        return left;
    }

    private static float[] treeSum(Subtree subtree) {
        return treeSum(subtree.first(), subtree.level());
    }

    /** Shares of eight groups for N nodes; those of three and four nodes hold several subtrees. */
    private static List<List<Subtree>> shares(int nodes) {
        return switch (nodes) {
            case 1 -> List.of(List.of(new Subtree(0, 3)));
            case 2 -> List.of(List.of(new Subtree(0, 2)), List.of(new Subtree(4, 2)));
            case 3 -> List.of(List.of(new Subtree(0, 1), new Subtree(2, 0)), List.of(new Subtree(3, 0), new Subtree(4, 1)),
                List.of(new Subtree(6, 1)));
            default -> List.of(List.of(new Subtree(4, 1)), List.of(new Subtree(0, 1), new Subtree(7, 0)), List.of(),
                List.of(new Subtree(2, 1), new Subtree(6, 0)));
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void hasTheBitsOfOneNodeInWhateverOrderChunksCome(int nodes) throws InterruptedException {
        int[] expected = bits(treeSum(Subtree.root(GROUPS)));
        try (Cluster cluster = Cluster.of(nodes)) {
            List<AllReduce> sides = cluster.endpoints().stream().map(endpoint -> new AllReduce(endpoint, new Transfers(2, 3))).toList();
            for (int round = 1; round <= 2; round++) {
                float[][] results = reduce(cluster, sides, round);
                for (float[] result : results) {
                    assertArrayEquals(expected, bits(result));
                }
            }
            sides.forEach(AllReduce::close);
        }
    }

    private static float[][] reduce(Cluster cluster, List<AllReduce> sides, int number) throws InterruptedException {
        int nodes = sides.size();
        float[][] results = new float[nodes][];
        Outcome[] outcomes = new Outcome[nodes];
        List<Thread> threads = new ArrayList<>();
        for (int rank = 0; rank < nodes; rank++) {
            int me = rank;
            threads.add(Thread.ofPlatform().start(() -> {
                List<Partial> partials = shares(nodes).get(me).stream().map(s -> new Partial(s, treeSum(s))).toList();
                results[me] = partials.isEmpty() ? new float[PARAMETERS] : partials.getLast().values();
                Round round =
                    sides.get(me).begin(plan(cluster, me), number, results[me], partials, Finish.NOTHING, Deadline.afterMs(LONG_MS));
                offerInAnyOrder(round, new Random(31L * number + me));
                outcomes[me] = round.await();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Outcome outcome : outcomes) {
            assertInstanceOf(Outcome.Complete.class, outcome, () -> Arrays.toString(outcomes));
        }
        return results;
    }

    private static ExchangePlan plan(Cluster cluster, int rank) {
        return new ExchangePlan(cluster.get(rank).member().peers(), rank(cluster, rank), PARAMETERS, GROUPS,
            shares(cluster.endpoints().size()));
    }

    private static int rank(Cluster cluster, int index) {
        int rank = cluster.get(index).member().peers().indexOf(cluster.peer(index));
        assertEquals(index, rank, "members are ordered by age");
        return rank;
    }

    /** In buckets that are no chunks, each node in an order of its own. */
    private static void offerInAnyOrder(Round round, Random random) {
        List<Integer> starts = new ArrayList<>();
        for (int start = 0; start < PARAMETERS; start += BUCKET) {
            starts.add(start);
        }
        Collections.shuffle(starts, random);
        for (int start : starts) {
            round.offer(start, Math.min(PARAMETERS, start + BUCKET));
        }
    }

    @Test
    void theOwnerFinishesAChunkOnceBeforeAnybodyHasIt() throws InterruptedException {
        try (Cluster cluster = Cluster.of(2)) {
            float[][] grads = {treeSum(0, 2), treeSum(4, 2)};
            int[] expected = bits(treeSum(Subtree.root(GROUPS)));
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Float.floatToRawIntBits(Float.intBitsToFloat(expected[i]) / 3);
            }
            Finish divide = (values, offset, count) -> {
                for (int i = offset; i < offset + count; i++) {
                    values[i] /= 3;
                }
            };
            List<Round> rounds = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                AllReduce side = new AllReduce(cluster.get(rank), Transfers.DEFAULT);
                rounds
                    .add(side.begin(plan(cluster, rank), 1, grads[rank], List.of(new Partial(shares(2).get(rank).getFirst(), grads[rank])),
                        divide, Deadline.afterMs(LONG_MS)));
            }
            rounds.forEach(round -> round.offer(0, PARAMETERS));
            for (int rank = 0; rank < 2; rank++) {
                assertInstanceOf(Outcome.Complete.class, rounds.get(rank).await());
                assertArrayEquals(expected, bits(grads[rank]));
            }
        }
    }

    @Test
    void aPeerThatNeverOffersIsNamedWhenTheDeadlineHasPassed() {
        try (Cluster cluster = Cluster.of(2)) {
            AllReduce side = new AllReduce(cluster.get(0), Transfers.DEFAULT);
            AllReduce silent = new AllReduce(cluster.get(1), Transfers.DEFAULT);
            float[] grads = new float[PARAMETERS];
            Round round = side.begin(plan(cluster, 0), 1, grads, List.of(new Partial(new Subtree(0, 2), grads)), Finish.NOTHING,
                Deadline.afterMs(300));
            round.offer(0, PARAMETERS);
            Failure failure = assertInstanceOf(Outcome.Failed.class, round.await()).failure();
            assertTrue(failure.text().contains(cluster.peer(1).address()) || failure.text().contains("are not complete here"),
                failure::toString);
            silent.close();
        }
    }

    @Test
    void whatComesForARoundThatIsOverWritesNowhere() throws InterruptedException {
        try (Cluster cluster = Cluster.of(2)) {
            CountDownLatch answered = new CountDownLatch(1);
            float[] mine = treeSum(0, 2);
            float[] others = treeSum(4, 2);
            AllReduce side = new AllReduce(cluster.get(0), new Transfers(1, 1));
            Round round = side.begin(plan(cluster, 0), 1, mine, List.of(new Partial(new Subtree(0, 2), mine)), Finish.NOTHING,
                Deadline.afterMs(LONG_MS));
            round.offer(0, PARAMETERS);
            AllReduce late = new AllReduce(cluster.get(1), new Transfers(1, 1));
            Round latesRound = late.begin(plan(cluster, 1), 1, others, List.of(new Partial(new Subtree(4, 2), others)),
                (values, offset, count) -> answered.countDown(), Deadline.afterMs(2_000));
            round.abandon("a test wants it so");
            Arrays.fill(mine, -1);
            latesRound.offer(0, PARAMETERS);
            // of its own chunks the late one has the sums, so that both of what the first one waits for can come
            assertTrue(answered.await(LONG_MS, TimeUnit.MILLISECONDS));
            assertInstanceOf(Outcome.Failed.class, latesRound.await());
            float[] untouched = new float[PARAMETERS];
            Arrays.fill(untouched, -1);
            assertArrayEquals(untouched, mine);
        }
    }

    @Test
    void aPeerThatDiesEndsTheRoundLongBeforeTheDeadline() {
        try (Cluster cluster = Cluster.of(2)) {
            AllReduce side = new AllReduce(cluster.get(0), Transfers.DEFAULT);
            float[] grads = new float[PARAMETERS];
            Round round = side.begin(plan(cluster, 0), 1, grads, List.of(new Partial(new Subtree(0, 2), grads)), Finish.NOTHING,
                Deadline.afterMs(600_000));
            round.offer(0, PARAMETERS);
            cluster.get(1).close();
            Failure failure = assertInstanceOf(Outcome.Failed.class, round.await()).failure();
            assertTrue(List.of(Failure.Kind.PEER_LEFT, Failure.Kind.REFUSED, Failure.Kind.BROKEN).contains(failure.kind()),
                failure::toString);
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }
}
