package lockstep.node.bench;

import lockstep.node.kernel.PeakKernel;
import lockstep.node.parallel.Workers;

/** Measures the machine's fp32 peak. */
public final class PeakFlops {
    private static final int WARM_UP_ITERATIONS = 20_000;
    private static final int WARM_UPS = 40;
    private static final int ITERATIONS = 1_000_000;
    private static final int REPEATS = 60;

    private PeakFlops() {}

    /** The best of several short runs on all threads of the pool, in GFLOP/s: about a third of a second's work, so that a neighbour's short burst doesn't count. */
    public static double measureGflops(Workers workers) {
        for (int i = 0; i < WARM_UPS; i++) {
            run(workers, WARM_UP_ITERATIONS);
        }
        double best = 0;
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            run(workers, ITERATIONS);
            double gflops = (double) ITERATIONS * PeakKernel.flopsPerIteration() * workers.threads() / (System.nanoTime() - start);
            best = Math.max(best, gflops);
        }
        return best;
    }

    private static void run(Workers workers, int iterations) {
        float[] sinks = new float[workers.threads()];
        workers.run(workers.threads(), (task, slot) -> sinks[task] += PeakKernel.run(iterations, task));
        for (float sink : sinks) {
            if (Float.isNaN(sink)) {
                throw new IllegalStateException("the peak kernel gave NaN");
            }
        }
    }
}
