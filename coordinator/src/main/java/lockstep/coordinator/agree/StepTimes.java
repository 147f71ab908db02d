package lockstep.coordinator.agree;

import java.util.List;

/** How long the last step took, and what of it each rank computed. Guarded by whoever holds it. */
final class StepTimes {
    private static final double NS_PER_MS = 1e6;

    private long lastNs;
    private double stepMs;
    private List<Double> microBatchMs = List.of();

    /**
     * A step was committed.
     *
     * @param nowNs monotonic time
     * @param byRank ms of a micro-batch
     */
    void committed(long nowNs, List<Double> byRank) {
        stepMs = lastNs == 0 ? 0 : (nowNs - lastNs) / NS_PER_MS;
        lastNs = nowNs;
        microBatchMs = List.copyOf(byRank);
    }

    /** Ranks change their meaning, and the next step has no beginning. */
    void forget() {
        lastNs = 0;
        microBatchMs = List.of();
    }

    double stepMs() {
        return stepMs;
    }

    /** 0 where it isn't known. */
    double microBatchMs(int rank) {
        return rank < microBatchMs.size() ? microBatchMs.get(rank) : 0;
    }
}
