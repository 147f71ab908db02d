package lockstep.node.bench;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * How long something takes.
 *
 * @param repetitions that were timed
 */
record Timing(int repetitions, double medianNs) {
    private static final int MIN_WARM_UPS = 2;
    private static final int MIN_REPETITIONS = 5;
    private static final int MAX_REPETITIONS = 100_000;
    private static final double WARM_UP_SHARE = 0.5;

    /**
     * Half of the time again is spent before, to warm up: the compiler's work, caches, pages. What takes long is repeated a few times however short the time is.
     *
     * @param body is told the number of the run, from 0, warm-up included
     */
    static Timing of(IntConsumer body, double seconds) {
        int run = 0;
        for (long start = System.nanoTime(); run < MIN_WARM_UPS || System.nanoTime() - start < seconds * WARM_UP_SHARE * 1e9; run++) {
            body.accept(run);
        }
        double[] ns = new double[MAX_REPETITIONS];
        int n = 0;
        long start = System.nanoTime();
        while (n < MIN_REPETITIONS || (n < MAX_REPETITIONS && System.nanoTime() - start < seconds * 1e9)) {
            long before = System.nanoTime();
            body.accept(run + n);
            // The clock may be coarser than the smallest kernel.
            ns[n++] = Math.max(1, System.nanoTime() - before);
        }
        return new Timing(n, median(Arrays.copyOf(ns, n)));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
