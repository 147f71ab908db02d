package lockstep.node.layer;

import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.RowKernels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** What every layer computes with: threads, kernels, and the parallel product. */
public record Compute(Workers workers, Kernels kernels, Product product, float[][] lanes) {
    private static final int TASKS_PER_THREAD = 8;
    /** A cache line in floats: no two tasks write the same one. */
    static final int LINE = 16;

    public Compute(Workers workers, Kernels kernels) {
        this(workers, kernels, new Product(workers, kernels), rowScratch(workers.threads()));
    }

    /** Scratch of {@link RowKernels} for each thread, so far apart that no two of them share a cache line. */
    public static float[][] rowScratch(int threads) {
        return new float[threads][RowKernels.LANES + 2 * LINE];
    }

    /** This thread's scratch for {@link RowKernels}. */
    float[] lanes(int slot) {
        return lanes[slot];
    }

    /** Bytes that products take on that many threads. */
    public static long workBytes(Kernels kernels, int threads) {
        return Product.workBytes(kernels, threads);
    }

    /** Cuts 0..n for a parallel region, in parts of a multiple of {@code unit}. */
    Split split(int n, int unit) {
        return Split.into(workers.threads() * TASKS_PER_THREAD, n, unit);
    }
}
