package lockstep.coordinator.agree;

import java.util.List;

/** How long the last step took, and what of it each rank computed; for people. */
final class StepTimes {
    private static final double NS_PER_MS = 1e6;

    private final Guard guard;
    private long generation;
    private long lastNs;
    private double stepMs;
    private List<Double> microBatchMs = List.of();

    StepTimes(Guard guard) {
        this.guard = guard;
    }

    /**
     * A step was committed.
     *
     * @param nowNs monotonic time
     * @param byRank ms of a micro-batch
     */
    void committed(long inGeneration, long nowNs, List<Double> byRank) {
        guard.change(() -> {
            boolean isFirst = inGeneration != generation; // what lies between it and the one before is no step
            stepMs = isFirst ? 0 : (nowNs - lastNs) / NS_PER_MS;
            generation = inGeneration;
            lastNs = nowNs;
            microBatchMs = List.copyOf(byRank);
        });
    }

    double stepMs() {
        return guard.read(() -> stepMs);
    }

    /** In the last step of that generation; else what was known when it was formed, 0 where nothing was. */
    double microBatchMs(Generation of, int rank) {
        double before = of.seats().get(rank).microBatchMs();
        return guard.read(() -> of.number() == generation && microBatchMs.get(rank) > 0 ? microBatchMs.get(rank) : before);
    }
}
