package lockstep.coordinator.agree;

import java.util.Arrays;

/** How fast a node computes lately. Guarded by whoever holds it. */
final class Pace {
    /** Steps that are looked at: enough that a pause or two of the machine don't show in the median. */
    static final int WINDOW = 16;

    private final double[] lastMs = new double[WINDOW];
    private int steps;

    /** @param microBatchMs in one more step, 0 where none was computed */
    void took(double microBatchMs) {
        if (microBatchMs > 0) {
            lastMs[steps++ % WINDOW] = microBatchMs;
        }
    }

    /** Of a micro-batch; 0 where none was ever computed. */
    double medianMs() {
        int known = Math.min(steps, WINDOW);
        double[] sorted = Arrays.copyOf(lastMs, known);
        Arrays.sort(sorted);
        return known == 0 ? 0 : sorted[known / 2];
    }

    boolean isFull() {
        return steps >= WINDOW;
    }
}
