package lockstep.node.layer;

import lockstep.node.parallel.Split;

/**
 * The language-model head, tied to wte, with softmax cross entropy. Logits exist for a few hundred rows at a time: the loss's gradient takes their place, goes on
 * to the input and to wte, and the next rows follow. The vocabulary is worked through in slabs, so that a packed slab stays small. Padding rows of wte are never
 * looked at. Sums run over ascending rows and ascending v, so neither chunk nor slab shows in the bits.
 */
public final class Classifier {
    /** Logits that exist at a time: 64 MiB. */
    private static final int LOGITS = 1 << 24;
    /** Weights of a slab: 16 MiB. */
    private static final int SLAB = 1 << 22;

    private final Compute compute;
    private final int rows;
    private final int V;
    private final int C;
    private final int chunk;
    private final int slab;
    private final int stride;
    private final float[] logits; // (chunk, stride)
    private final float[] inverseSum; // (chunk)
    private final double[] losses; // (rows)

    /** @param rows B·T */
    public Classifier(Compute compute, int rows, int V, int C) {
        this.compute = compute;
        this.rows = rows;
        this.V = V;
        this.C = C;
        this.chunk = chunk(rows, V);
        this.slab = slab(V, C);
        this.stride = stride(V);
        this.logits = new float[Math.multiplyExact(chunk, stride)];
        this.inverseSum = new float[chunk];
        this.losses = new double[rows];
    }

    /** Bytes that the logits of a chunk and the packed operands of their products take. */
    public static long workBytes(int rows, int V, int C) {
        long chunk = chunk(rows, V);
        long packed = (chunk + slab(V, C)) * C + chunk * slab(V, C);
        return Float.BYTES * (chunk * stride(V) + packed);
    }

    private static int slab(int V, int C) {
        return Math.min(stride(V), Math.max(Compute.LINE, SLAB / C / Compute.LINE * Compute.LINE));
    }

    private static int chunk(int rows, int V) {
        return Math.min(rows, Math.max(Compute.LINE, LOGITS / stride(V) / Compute.LINE * Compute.LINE));
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
            crossEntropy(targets, row, n);
        }
        return meanLoss();
    }

    /** Copies the cross entropy of each row, in nats, as the last {@link #loss} left it, to out (rows). */
    public void copyLosses(double[] out) {
        System.arraycopy(losses, 0, out, 0, rows);
    }

    /**
     * {@link #loss} together with its gradient: overwrites dx, adds to the gradient of wte.
     *
     * @param dx (rows,C) out
     * @param grads like params
     */
    public double lossAndGradient(float[] dx, float[] grads, float[] x, int[] targets, float[] params, int wteOffset) {
        for (int row = 0; row < rows; row += chunk) {
            int n = Math.min(chunk, rows - row);
            logits(logits, stride, x, row, n, params, wteOffset);
            crossEntropy(targets, row, n);
            gradientOfLogits(targets, row, n);
            for (int v = 0; v < V; v += slab) {
                int width = Math.min(slab, V - v);
                // dx[r][c] = Σ_v dlogits[r][v]·wte[v][c], slab after slab
                compute.product().multiply(v == 0 ? Product.ZERO : Product.KEEP, dx, row * C, C, Operand.rows(logits, v, stride),
                    Operand.columns(params, wteOffset + v * C, C), n, C, width);
                // dwte[v][c] += Σ_r dlogits[r][v]·x[r][c]
                compute.product().multiply(Product.KEEP, grads, wteOffset + v * C, C, Operand.columns(logits, v, stride),
                    Operand.columns(x, row * C, C), width, C, n);
            }
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
        for (int v = 0; v < V; v += slab) {
            int width = Math.min(slab, V - v);
            compute.product().multiply(Product.ZERO, out, v, outStride, Operand.rows(x, row * C, C),
                Operand.rows(params, wteOffset + v * C, C), n, width, C);
        }
    }

    private void crossEntropy(int[] targets, int row, int n) {
        Split split = compute.split(n, 1);
        compute.workers().run(split.parts(), (task, slot) -> {
            for (int i = split.start(task); i < split.end(task); i++) {
                losses[row + i] = compute.kernels().rows().crossEntropy(logits, i * stride, V, targets[row + i], inverseSum, i);
            }
        });
    }

    /** logits hold exp(logit − max): they become (softmax − onehot) / rows. */
    private void gradientOfLogits(int[] targets, int row, int n) {
        float share = 1f / rows;
        Split split = compute.split(n, 1);
        compute.workers().run(split.parts(), (task, slot) -> {
            for (int i = split.start(task); i < split.end(task); i++) {
                compute.kernels().elements().scale(logits, i * stride, V, inverseSum[i] * share);
                logits[i * stride + targets[row + i]] -= share;
            }
        });
    }

    private double meanLoss() {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += losses[row];
        }
        return sum / rows;
    }
}
