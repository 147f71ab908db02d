package lockstep.node.layer;

import java.util.function.BooleanSupplier;

import lockstep.node.parallel.Workers;

/**
 * The language-model head, tied to wte, with softmax cross entropy. Logits exist for a few hundred rows at a time: the loss's gradient takes their place, goes on
 * to the input and to wte, and the next rows follow. Padding rows of wte are never looked at. Sums run over ascending rows and ascending v, so the chunk does not
 * show in the bits.
 */
public final class Classifier {
    /** Logits that exist at a time, at most: 128 MiB. wte is read and packed three times for each chunk. */
    private static final int LOGITS = 1 << 25;
    private static final int ROWS_PER_TASK = 4;

    private final Compute compute;
    private final int rows;
    private final int V;
    private final int C;
    private final int chunk;
    private final int stride;
    private final float[] logits; // (chunk, stride)
    private final float[] inverseSum; // (chunk)
    private final double[] losses; // (rows)
    private final Workers.Task lossTask = this::lossOfRows;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private int[] targets;
    private int firstRow;
    private int chunkRows;
    private boolean gradient;

    /** @param rows B·T */
    public Classifier(Compute compute, int rows, int V, int C) {
        this(compute, rows, V, C, chunk(rows, V));
    }

    /** @param chunk rows whose logits exist at a time */
    Classifier(Compute compute, int rows, int V, int C, int chunk) {
        this.compute = compute;
        this.rows = rows;
        this.V = V;
        this.C = C;
        this.chunk = chunk;
        this.stride = stride(V);
        this.logits = new float[Math.multiplyExact(chunk, stride)];
        this.inverseSum = new float[chunk];
        this.losses = new double[rows];
    }

    /** Bytes that the logits of a chunk take. */
    public static long workBytes(int rows, int V) {
        return Float.BYTES * (long) chunk(rows, V) * stride(V);
    }

    private static int chunk(int rows, int V) {
        int most = Math.max(Compute.LINE, LOGITS / stride(V));
        int even = Math.ceilDiv(rows, Math.ceilDiv(rows, most));
        return Math.min(rows, Math.ceilDiv(even, Compute.LINE) * Compute.LINE);
    }

    private static int stride(int V) {
        return Math.ceilDiv(V, Compute.LINE) * Compute.LINE;
    }

    /**
     * Mean cross entropy of all rows, in nats; rows are summed in double by ascending index.
     *
     * @param x (rows,C)
     * @param targets (rows)
     * @param params holds wte (Vp,C) from wteOffset
     */
    public double loss(float[] x, int[] targets, float[] params, int wteOffset) {
        for (int row = 0; row < rows; row += chunk) {
            int n = Math.min(chunk, rows - row);
            logits(logits, stride, x, row, n, params, wteOffset);
            losses(targets, row, n, false);
        }
        return meanLoss();
    }

    /** Copies the cross entropy of each row, in nats, as the last {@link #loss} left it, to out (rows). */
    public void copyLosses(double[] out) {
        System.arraycopy(losses, 0, out, 0, rows);
    }

    /**
     * {@link #loss} together with its gradient: overwrites dx.
     *
     * @param dx (rows,C) out
     * @param grads like params
     * @param into what becomes of the gradient of wte's first V rows
     */
    public double lossAndGradient(float[] dx, float[] grads, float[] x, int[] targets, float[] params, int wteOffset, Into into) {
        return lossAndGradient(dx, grads, x, targets, params, wteOffset, into, () -> false);
    }

    /**
     * {@link #lossAndGradient} that can be given up.
     *
     * @param interrupted asked before each chunk
     * @return NaN where it was given up: dx and grads are worthless then
     */
    public double lossAndGradient(float[] dx, float[] grads, float[] x, int[] targets, float[] params, int wteOffset, Into into,
        BooleanSupplier interrupted) {
        for (int row = 0; row < rows; row += chunk) {
            if (interrupted.getAsBoolean()) {
                return Double.NaN;
            }
            int n = Math.min(chunk, rows - row);
            logits(logits, stride, x, row, n, params, wteOffset);
            losses(targets, row, n, true);
            // dx[r][c] = Σ_v dlogits[r][v]·wte[v][c]
            compute.product().left(logits, 0, stride, true).right(params, wteOffset, C, false).into(dx, row * C, C, n, C, V);
            // dwte[v][c] += Σ_r dlogits[r][v]·x[r][c]
            compute.product().left(logits, 0, stride, false).right(x, row * C, C, false).gradient(row == 0 ? into : Into.ADD).into(grads,
                wteOffset, C, V, C, n);
        }
        return meanLoss();
    }

    /**
     * Raw logits of n rows from {@code row} on, padding left out.
     *
     * @param out rows {@code outStride} apart, from 0
     * @param x (rows,C)
     */
    public void logits(float[] out, int outStride, float[] x, int row, int n, float[] params, int wteOffset) {
        compute.product().left(x, row * C, C, true).right(params, wteOffset, C, true).into(out, 0, outStride, n, V, C);
    }

    private void losses(int[] targets, int row, int n, boolean gradient) {
        this.targets = targets;
        this.firstRow = row;
        this.chunkRows = n;
        this.gradient = gradient;
        compute.workers().run(Math.ceilDiv(n, ROWS_PER_TASK), lossTask);
    }

    private void lossOfRows(int task, int slot) {
        float share = 1f / rows;
        int end = Math.min(chunkRows, (task + 1) * ROWS_PER_TASK);
        for (int i = task * ROWS_PER_TASK; i < end; i++) {
            int target = targets[firstRow + i];
            losses[firstRow + i] = compute.kernels().rows().crossEntropy(compute.lanes(slot), logits, i * stride, V, target, inverseSum, i);
            if (gradient) {
                // The row holds exp(logit − max): it becomes (softmax − onehot) / rows.
                compute.kernels().elements().scale(logits, i * stride, V, inverseSum[i] * share);
                logits[i * stride + target] -= share;
            }
        }
    }

    private double meanLoss() {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += losses[row];
        }
        return sum / rows;
    }
}
