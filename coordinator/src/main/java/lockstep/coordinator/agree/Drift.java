package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import lockstep.common.config.BatchPlan;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.member.Peer;

/**
 * Whether other shares would save so much that they are worth a new generation, on the leading node. Nodes change their speed: other programs run beside them, a processor gets hot, and of a node that has just started nothing
 * is known. Shows in no bit, as {@link Shares} doesn't.
 *
 * <p>
 * So that shares don't swing: medians over {@link Pace#WINDOW} steps of this generation, a saving of a tenth of the step's compute at least that also pays for the change, and after each change twice as many steps until the next one, as long as the nodes
 * stay the same.
 */
final class Drift {
    static final double WORTH_IT = 0.10;
    /** Steps between two changes at most: of a node that has become slower for good this much is lost once. */
    static final int MOST_STEPS = 256;

    /** What a new generation costs, generously: what is saved until shares would be looked at again has to be more. */
    static final double GENERATION_MS = 200;

    private final ClusterListener listener;
    private List<Peer> nodes = List.of();
    private List<Pace> paces = List.of();
    private long generation;
    private int steps;
    private int patience;

    Drift(ClusterListener listener) {
        this.listener = listener;
    }

    /**
     * A step is about to be committed. When it says so, a new generation has to follow.
     *
     * @param microBatchMs by rank, 0 where it computed none
     */
    boolean asksForOthers(BatchPlan plan, Generation now, int step, List<Double> microBatchMs) {
        follow(now);
        for (int rank = 0; rank < microBatchMs.size(); rank++) {
            paces.get(rank).took(microBatchMs.get(rank));
        }
        steps++;
        List<List<Subtree>> shares = now.shares(plan, step + 1);
        if (steps < patience || steps % Pace.WINDOW != 0 || !isMeasured(shares)) {
            return false;
        }
        List<Double> costs = IntStream.range(0, now.nodes()).mapToObj(rank -> cost(now, rank)).toList();
        List<List<Subtree>> better = Shares.of(plan, costs);
        double nowMs = slowestMs(plan, shares, costs);
        double thenMs = slowestMs(plan, better, costs);
        boolean worthIt = thenMs < (1 - WORTH_IT) * nowMs && (nowMs - thenMs) * patience > GENERATION_MS;
        if (worthIt) {
            patience = Math.min(MOST_STEPS, 2 * patience);
            listener.message(String.format(Locale.ROOT,
                "groups are divided anew after step %d: the slowest node computes %.1f ms a step, and %.1f then:%s", step + 1,
                nowMs, thenMs, described(now, better)));
        }
        return worthIt;
    }

    private void follow(Generation now) {
        if (now.number() == generation) {
            return;
        }
        generation = now.number();
        steps = 0;
        paces = IntStream.range(0, now.nodes()).mapToObj(_ -> new Pace()).toList();
        if (!nodes.equals(now.peers())) {
            nodes = now.peers();
            patience = Pace.WINDOW;
        }
    }

    /** Whether all that compute have done so often enough. */
    private boolean isMeasured(List<List<Subtree>> shares) {
        return IntStream.range(0, shares.size()).allMatch(rank -> shares.get(rank).isEmpty() || paces.get(rank).isFull());
    }

    /** Who computes nothing now is taken to be as fast as it was, and where that isn't known as the slowest. */
    private double cost(Generation now, int rank) {
        double medianMs = paces.get(rank).medianMs();
        double beforeMs = now.seats().get(rank).microBatchMs();
        if (medianMs > 0 || beforeMs > 0) {
            return medianMs > 0 ? medianMs : beforeMs;
        }
        return paces.stream().mapToDouble(Pace::medianMs).max().orElse(0);
    }

    private static double slowestMs(BatchPlan plan, List<List<Subtree>> shares, List<Double> costs) {
        return IntStream.range(0, shares.size()).mapToDouble(rank -> costs.get(rank) * Shares.microBatches(plan, shares.get(rank))).max()
            .orElse(0);
    }

    private static String described(Generation now, List<List<Subtree>> shares) {
        List<String> parts = new ArrayList<>();
        for (int rank = 0; rank < shares.size(); rank++) {
            int groups = shares.get(rank).stream().mapToInt(tree -> tree.end() - tree.first()).sum();
            parts.add(" " + now.peers().get(rank).address() + " " + groups);
        }
        return String.join(",", parts);
    }
}
