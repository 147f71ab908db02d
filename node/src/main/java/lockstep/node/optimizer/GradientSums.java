package lockstep.node.optimizer;

import java.util.Arrays;

import lockstep.node.kernel.ElementKernels;
import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** Sums over whole gradients, in parallel by chunks of a fixed size: a constant of the format, never of threads or nodes. */
public final class GradientSums {
    /** Floats of a chunk: 1 MiB. */
    public static final int CHUNK = 1 << 18;

    private final Workers workers;
    private final ElementKernels kernels;

    public GradientSums(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels.elements();
    }

    public void zero(float[] grads) {
        forEachChunk(grads, (from, length, chunk) -> Arrays.fill(grads, from, from + length, 0f));
    }

    /** sum[i] += other[i]. */
    public void add(float[] sum, float[] other) {
        forEachChunk(sum, (from, length, chunk) -> kernels.accumulate(sum, from, other, from, length));
    }

    /**
     * Divides the sum of M micro-batches' gradients by M, in place and once, and measures it.
     *
     * @return the global L2 norm of the average; squares are summed in double, by chunk, and chunks in ascending order
     */
    public double averageAndNorm(float[] grads, int M) {
        double[] squares = new double[new Split(grads.length, CHUNK).parts()];
        forEachChunk(grads, (from, length, chunk) -> {
            if (M > 1) {
                kernels.divide(grads, from, length, M);
            }
            squares[chunk] = kernels.sumOfSquares(grads, from, length);
        });
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return Math.sqrt(sum);
    }

    private void forEachChunk(float[] x, ChunkTask body) {
        Split chunks = new Split(x.length, CHUNK);
        workers.run(chunks.parts(), (task, slot) -> body.run(chunks.start(task), chunks.end(task) - chunks.start(task), task));
    }

    private interface ChunkTask {
        void run(int from, int length, int chunk);
    }
}
