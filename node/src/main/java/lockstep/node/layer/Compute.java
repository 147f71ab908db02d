package lockstep.node.layer;

import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.RowKernels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** What every layer computes with: threads, kernels, and the parallel product. */
public final class Compute {
    private static final int TASKS_PER_THREAD = 8;
    /** A cache line in floats: no two tasks write the same one. */
    static final int LINE = 16;

    private final Workers workers;
    private final Kernels kernels;
    private final Product product;
    private final float[][] lanes;

    public Compute(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
        this.product = new Product(workers, kernels);
        this.lanes = rowScratch(workers.threads());
    }

    public Workers workers() {
        return workers;
    }

    public Kernels kernels() {
        return kernels;
    }

    Product product() {
        return product;
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
