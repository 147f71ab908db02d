package lockstep.node.bench;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

import lockstep.node.kernel.PeakKernel;
import lockstep.node.parallel.Workers;

/** Measures the machine's fp32 peak. */
public final class PeakFlops {
    private static final int WARM_UP_ITERATIONS = 20_000;
    private static final int WARM_UPS = 40;
    private static final int ITERATIONS = 1_000_000;
    private static final int REPEATS = 31;
    private static final long LOOK_MS = 20;
    private static final long LOOK_BUSY_NS = 5_000_000;
    private static final long PATIENCE_NS = 1_000_000_000;

    private PeakFlops() {}

    /** Lets the compiler see the loop. */
    private static void warmUp(Workers workers) {
        for (int i = 0; i < WARM_UPS; i++) {
            run(workers, WARM_UP_ITERATIONS);
        }
    }

    /**
     * The median of short runs on all threads of the pool, in GFLOP/s: about a tenth of a second's work. Not the best of them: where clocks wander it would be a peak
     * that nothing else is measured at. Waits for a second at most until the compiler has nothing to do, which keeps a core busy: on two cores half of the peak
     * would be missing.
     */
    public static double measureGflops(Workers workers) {
        warmUp(workers);
        awaitQuiet();
        double[] gflops = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            run(workers, ITERATIONS);
            gflops[i] = (double) ITERATIONS * PeakKernel.flopsPerIteration() * workers.threads() / (System.nanoTime() - start);
        }
        return Timing.median(gflops);
    }

    /** By the CPU time of this process while this thread sleeps. */
    private static void awaitQuiet() {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long end = System.nanoTime() + PATIENCE_NS;
        long usedNs = LOOK_BUSY_NS;
        while (usedNs >= LOOK_BUSY_NS && System.nanoTime() - end < 0) {
            long beforeNs = process.getProcessCpuTime();
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            usedNs = process.getProcessCpuTime() - beforeNs;
        }
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
