package lockstep.coordinator.exchange;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.model.Chunks;
import lockstep.coordinator.Cluster;
import lockstep.coordinator.call.Deadline;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What an all-reduce takes from the heap: Hazelcast's three arrays for each message, and nothing of ours that grows with the gradient. */
@Timeout(60)
class AllocationTest {
    private static final int CHUNKS = 32;
    private static final int WARM_UPS = 10;
    private static final int ROUNDS = 11;
    /** What is serialised into, what is sent, what is received. */
    private static final int ARRAYS = 3;
    /** For each message, with the objects around it; far less than a chunk, so that an array of ours would be noticed. */
    private static final int MESSAGE_BYTES = 64 << 10;

    @Test
    void isThreeBytesForEachByteThatTravelsAndLittleForEachMessage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Cluster cluster = Cluster.of(2)) {
            List<AllReduce> sides = cluster.endpoints().stream().map(endpoint -> new AllReduce(endpoint, Transfers.DEFAULT)).toList();
            float[][] grads = new float[2][CHUNKS * Chunks.FLOATS];
            long[] bytes = new long[ROUNDS];
            for (int round = 1; round <= WARM_UPS + ROUNDS; round++) {
                long before = threads.getTotalThreadAllocatedBytes();
                reduce(cluster, sides, grads, round);
                if (round > WARM_UPS) {
                    bytes[round - WARM_UPS - 1] = threads.getTotalThreadAllocatedBytes() - before;
                }
            }
            sides.forEach(AllReduce::close);
            Arrays.sort(bytes);
            long travelling = 2L * CHUNKS * Chunks.FLOATS * Float.BYTES; // each node sends half as a partial and half as a sum
            long bound = ARRAYS * travelling + 2L * CHUNKS * MESSAGE_BYTES; // a message has one chunk or more
            assertTrue(bytes[ROUNDS / 2] <= bound, () -> Arrays.toString(bytes) + " bytes, expected at most " + bound);
        }
    }

    private static void reduce(Cluster cluster, List<AllReduce> sides, float[][] grads, int number) {
        List<List<Subtree>> shares = List.of(List.of(new Subtree(0, 0)), List.of(new Subtree(1, 0)));
        List<Round> rounds = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            ExchangePlan plan = new ExchangePlan(cluster.get(rank).member().peers(), rank, grads[rank].length, 2, shares);
            rounds.add(sides.get(rank).begin(plan, number, grads[rank], List.of(new Partial(shares.get(rank).getFirst(), grads[rank])),
                Finish.NOTHING, Deadline.afterMs(30_000)));
        }
        rounds.forEach(round -> round.offer(0, grads[0].length));
        rounds.forEach(round -> assertInstanceOf(Outcome.Complete.class, round.await()));
    }
}
