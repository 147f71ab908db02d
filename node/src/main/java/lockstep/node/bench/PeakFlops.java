package lockstep.node.bench;

import lockstep.node.kernel.PeakKernel;
import lockstep.node.parallel.Workers;

/** Measures the machine's fp32 peak. */
public final class PeakFlops {
    private static final int WARM_UP_ITERATIONS = 20_000;
    private static final int WARM_UPS = 40;
    private static final int ITERATIONS = 1_000_000;
    private static final int REPEATS = 31;

    private PeakFlops() {}

    /** Lets the compiler see the loop. */
    private static void warmUp(Workers workers) {
        for (int i = 0; i < WARM_UPS; i++) {
            run(workers, WARM_UP_ITERATIONS);
        }
    }

    /**
     * The median of short runs on all threads of the pool, in GFLOP/s: about a tenth of a second's work. Not the best of them: where clocks wander it would be a peak
     * that nothing else is measured at.
     */
    public static double measureGflops(Workers workers) {
        warmUp(workers);
        double[] gflops = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            run(workers, ITERATIONS);
            gflops[i] = (double) ITERATIONS * PeakKernel.flopsPerIteration() * workers.threads() / (System.nanoTime() - start);
        }
        return Timing.median(gflops);
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
