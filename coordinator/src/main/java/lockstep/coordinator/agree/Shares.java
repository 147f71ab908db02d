package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.exchange.Subtree;

/**
 * Who computes which groups: consecutive ranges by rank, such that the slowest node is done as early as can be, and among those divisions one with the fewest subtrees, each of which is a gradient to send.
 * Shows in no bit.
 */
final class Shares {
    /** In place of a cost: gets no groups. */
    static final double TAKES_NONE = Double.POSITIVE_INFINITY;
    /** Measurements within this factor of each other count as equal: a division that follows noise would change all the time. */
    private static final double CLEAR = 1.25;
    private static final double TOLERANCE = 1e-9;

    private final BatchPlan plan;
    private final double[] costs;

    private Shares(BatchPlan plan, double[] costs) {
        this.plan = plan;
        this.costs = costs;
    }

    /**
     * @param costs by rank, time for a micro-batch in any unit; 0 where unknown
     * @return by rank, subtrees by descending size, then ascending index; empty for spares
     */
    static List<List<Subtree>> of(BatchPlan plan, List<Double> costs) {
        return new Shares(plan, evened(costs)).divide();
    }

    /** Micro-batches of a share. */
    static int microBatches(BatchPlan plan, List<Subtree> share) {
        return share.stream().mapToInt(subtree -> plan.groupStart(subtree.end()) - plan.groupStart(subtree.first())).sum();
    }

    private static double[] evened(List<Double> costs) {
        double[] known = costs.stream().mapToDouble(Double::doubleValue).filter(cost -> cost > 0 && cost < TAKES_NONE).sorted().toArray();
        boolean differ = known.length > 0 && known[known.length - 1] > CLEAR * known[0];
        double middle = known.length == 0 ? 1 : known[known.length / 2];
        return costs.stream().mapToDouble(cost -> cost == TAKES_NONE ? cost : differ && cost > 0 ? cost : middle).toArray();
    }

    private List<List<Subtree>> divide() {
        double limit = earliestEnd() * (1 + TOLERANCE);
        int G = plan.G();
        int N = costs.length;
        int[][] fewest = new int[N + 1][G + 1]; // subtrees of the first ranks over the first groups
        int[][] from = new int[N + 1][G + 1];
        Arrays.fill(fewest[0], Integer.MAX_VALUE);
        fewest[0][0] = 0;
        for (int rank = 0; rank < N; rank++) {
            Arrays.fill(fewest[rank + 1], Integer.MAX_VALUE);
            for (int start = 0; start <= G; start++) {
                for (int end = start; end <= G && fewest[rank][start] < Integer.MAX_VALUE && time(rank, start, end) <= limit; end++) {
                    int subtrees = fewest[rank][start] + subtrees(start, end).size();
                    if (subtrees < fewest[rank + 1][end]) {
                        fewest[rank + 1][end] = subtrees;
                        from[rank + 1][end] = start;
                    }
                }
            }
        }
        List<List<Subtree>> shares = new ArrayList<>();
        int end = G;
        for (int rank = N; rank > 0; rank--) {
            shares.addFirst(subtrees(from[rank][end], end));
            end = from[rank][end];
        }
        return shares;
    }

    /** Time of the slowest node in the best division. */
    private double earliestEnd() {
        int G = plan.G();
        double[] best = new double[G + 1]; // over the first groups, by the ranks so far
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        best[0] = 0;
        for (int rank = 0; rank < costs.length; rank++) {
            double[] next = new double[G + 1];
            Arrays.fill(next, Double.POSITIVE_INFINITY);
            for (int start = 0; start <= G; start++) {
                for (int end = start; end <= G; end++) {
                    next[end] = Math.min(next[end], Math.max(best[start], time(rank, start, end)));
                }
            }
            best = next;
        }
        return best[G];
    }

    private double time(int rank, int start, int end) {
        return start == end ? 0 : costs[rank] * (plan.groupStart(end) - plan.groupStart(start));
    }

    /** The fewest subtrees that make up the groups [start, end). */
    private static List<Subtree> subtrees(int start, int end) {
        List<Subtree> subtrees = new ArrayList<>();
        int at = start;
        while (at < end) {
            int level = at == 0 ? Integer.SIZE - 2 : Integer.numberOfTrailingZeros(at);
            while (1L << level > end - at) {
                level--;
            }
            subtrees.add(new Subtree(at, level));
            at += 1 << level;
        }
        subtrees.sort((a, b) -> Integer.compare(b.level(), a.level()));
        return subtrees;
    }
}
