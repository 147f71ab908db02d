package lockstep.node.bench;

import java.util.List;

import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Workers;
import lockstep.node.train.MemoryPlan;

/**
 * What the machine can do at best, and what was asked.
 *
 * @param jvm name and version
 * @param vector what kernels compute with: the bits of a vector, or scalar
 * @param threads that compute
 * @param gflopsOneThread fp32 fused multiply-adds on one thread, two operations each; by vectors even where the kernels are scalar
 * @param gflops the same on all threads
 * @param copyGBytesPerSecond a copy on all threads, bytes read and written
 * @param triadGBytesPerSecond a = b + factor·c on all threads, bytes read and written
 */
public record MachinePeak(String jvm, String vector, int threads, double gflopsOneThread, double gflops, double copyGBytesPerSecond,
    double triadGBytesPerSecond) {
    private static final int STREAMS = 3;

    /**
     * Takes a few seconds and, until it returns, three arrays.
     *
     * @param streamFloats floats in each of the arrays that the memory's bandwidth is measured with
     */
    public static MachinePeak measure(Workers workers, int streamFloats) {
        MemoryBandwidth memory = new MemoryBandwidth(workers, streamFloats);
        return new MachinePeak(System.getProperty("java.vm.name") + " " + Runtime.version(), Kernels.description(), workers.threads(),
            onOneThread(), PeakFlops.measureGflops(workers), memory.copyGBytesPerSecond(), memory.triadGBytesPerSecond());
    }

    /** The memory that {@link #measure} takes. */
    public static MemoryPlan memory(int streamFloats) {
        return new MemoryPlan(List.of(new MemoryPlan.Item("three streams", (long) STREAMS * Float.BYTES * streamFloats)));
    }

    private static double onOneThread() {
        try (Workers one = new Workers(1)) {
            return PeakFlops.measureGflops(one);
        }
    }
}
