package lockstep.node.optimizer;

import java.util.Arrays;

import lockstep.common.model.Chunks;
import lockstep.node.kernel.ElementKernels;
import lockstep.node.kernel.Kernels;
import lockstep.node.parallel.Workers;

/** Sums over whole gradients, in parallel by chunks of a fixed size: a constant of the format, never of threads or nodes. */
public final class GradientSums {
    /** Floats of a task of {@link #add}: small enough that a layer's bias and a layer's matrix are both cut evenly among threads. */
    private static final int PIECE = 1 << 15;

    private final Workers workers;
    private final ElementKernels kernels;
    private final Workers.Task zeroTask = this::zeroChunk;
    private final Workers.Task addTask = this::addPiece;
    private final Workers.Task averageTask = this::averageChunk;
    private final double[][] lanes; // (threads, 16)
    private double[] squares = new double[0];
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] target;
    private float[] other;
    private int from;
    private int to;
    private int divisor;

    public GradientSums(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels.elements();
        this.lanes = new double[workers.threads()][ElementKernels.LANES];
    }

    public void zero(float[] grads) {
        target = grads;
        workers.run(chunks(grads), zeroTask);
    }

    private void zeroChunk(int chunk, int slot) {
        Arrays.fill(target, start(chunk), start(chunk) + length(chunk), 0f);
    }

    /** sum[i] += other[i]. */
    public void add(float[] sum, float[] other) {
        add(sum, other, 0, sum.length);
    }

    /** sum[i] += other[i] for the i of [from, to). */
    public void add(float[] sum, float[] other, int from, int to) {
        this.target = sum;
        this.other = other;
        this.from = from;
        this.to = to;
        workers.run(Math.ceilDiv(to - from, PIECE), addTask);
    }

    private void addPiece(int piece, int slot) {
        int start = from + piece * PIECE;
        kernels.accumulate(target, start, other, start, Math.min(PIECE, to - start));
    }

    /**
     * Divides the sum of M micro-batches' gradients by M, in place and once, and measures it.
     *
     * @return the global L2 norm of the average; squares are summed in double, by chunk, and chunks in ascending order
     */
    public double averageAndNorm(float[] grads, int M) {
        int chunks = chunks(grads);
        if (squares.length < chunks) {
            squares = new double[chunks];
        }
        target = grads;
        divisor = M;
        workers.run(chunks, averageTask);
        double sum = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            sum += squares[chunk];
        }
        return Math.sqrt(sum);
    }

    private void averageChunk(int chunk, int slot) {
        if (divisor > 1) {
            kernels.divide(target, start(chunk), length(chunk), divisor);
        }
        squares[chunk] = kernels.sumOfSquares(lanes[slot], target, start(chunk), length(chunk));
    }

    /** Divides count values by M in place, as {@link #averageAndNorm} does. Any thread, several at a time. */
    public void divide(float[] values, int offset, int count, int M) {
        if (M > 1) {
            kernels.divide(values, offset, count, M);
        }
    }

    private static int chunks(float[] x) {
        return Chunks.count(x.length);
    }

    private static int start(int chunk) {
        return Chunks.start(chunk);
    }

    private int length(int chunk) {
        return Chunks.length(chunk, target.length);
    }
}
