package lockstep.node.layer;

import java.util.Arrays;

import lockstep.node.kernel.BlockProduct;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.PackKernel;
import lockstep.node.kernel.RowKernels;
import lockstep.node.parallel.Workers;

/**
 * Causal self-attention, parallel over batch and heads. A head is worked through in tiles of {@value #TILE} queries: only a (TILE,T) piece of scores exists at a
 * time, one per thread, and the backward pass computes it again from the row's maximum and sum. A query's tile reaches to the tile's last key; scores of the
 * future are exact zeros, which change no sum, so the tile size does not show in the bits.
 */
public final class Attention {
    private static final int TILE = 48;

    private final Compute compute;
    private final PackKernel packing;
    private final BlockProduct block;
    private final int mr;
    private final int nr;
    private final int B;
    private final int T;
    private final int NH;
    private final int C;
    private final int hs;
    private final float scale;
    /** Between two rows of scores. */
    private final int stride;
    private final float[] zeros;
    private final Scratch[] scratch;
    private final Workers.Task forwardTask = this::forwardHead;
    private final Workers.Task backwardTask = this::backwardHead;
    // Arguments of the region under way: fields, since what a lambda catches would be garbage at each call.
    private float[] out;
    private float[] max;
    private float[] inverseSum;
    private float[] qkv;
    private float[] dqkv;
    private float[] dout;

    public Attention(Compute compute, int B, int T, int NH, int C) {
        this.compute = compute;
        this.packing = compute.kernels().pack();
        this.block = compute.product().block();
        this.mr = block.tile().mr();
        this.nr = block.tile().nr();
        this.B = B;
        this.T = T;
        this.NH = NH;
        this.C = C;
        this.hs = C / NH;
        this.stride = whole(T);
        this.scale = (float) (1.0 / Math.sqrt(hs));
        this.zeros = new float[Math.max(T, hs)];
        this.scratch = new Scratch[compute.workers().threads()];
        Arrays.setAll(scratch, slot -> new Scratch(compute.kernels(), T, hs));
    }

    /** Bytes of scratch that one thread needs. */
    public static long scratchBytes(Kernels kernels, int T, int hs) {
        return Float.BYTES * (3 * Scratch.keys(kernels, T, hs) + Scratch.left(kernels, T) + 2L * TILE * whole(T) + 2L * T * hs
            + Scratch.right(kernels, hs));
    }

    /**
     * @param out (B,T,C) the heads' outputs side by side
     * @param max (B,NH,T) out: the largest raw score of each query
     * @param inverseSum (B,NH,T) out: 1 / Σ exp of each query
     * @param qkv (B,T,3C)
     */
    public void forward(float[] out, float[] max, float[] inverseSum, float[] qkv) {
        this.out = out;
        this.max = max;
        this.inverseSum = inverseSum;
        this.qkv = qkv;
        compute.workers().run(B * NH, forwardTask);
    }

    private void forwardHead(int head, int slot) {
        Scratch s = scratch[slot];
        int query = queryOffset(head);
        packing.packRows(s.keyRows, 0, qkv, query + C, 3 * C, T, hs, nr);
        packing.packColumns(s.valueColumns, 0, qkv, query + 2 * C, 3 * C, hs, T, nr);
        for (int t = 0; t < T; t += TILE) {
            forwardTile(s, head, t, slot);
        }
    }

    private void forwardTile(Scratch s, int head, int t, int slot) {
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.scores, s.keyRows, qkv, queryOffset(head) + t * 3 * C, 3 * C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            compute.kernels().rows().attentionSoftmax(compute.lanes(slot), s.scores, i * stride, t + i + 1, whole(keys), scale, max,
                inverseSum, head * T + t + i);
        }
        int o = outOffset(head) + t * C;
        sumOverKeys(out, o, C, s.scores, s.valueColumns, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            compute.kernels().elements().scale(out, o + i * C, hs, inverseSum[head * T + t + i]);
        }
    }

    /**
     * Overwrites dqkv.
     *
     * @param dqkv (B,T,3C)
     * @param dout (B,T,C)
     * @param out (B,T,C), max (B,NH,T), inverseSum (B,NH,T) of the forward pass
     * @param qkv (B,T,3C)
     */
    public void backward(float[] dqkv, float[] dout, float[] out, float[] max, float[] inverseSum, float[] qkv) {
        this.dqkv = dqkv;
        this.dout = dout;
        this.out = out;
        this.max = max;
        this.inverseSum = inverseSum;
        this.qkv = qkv;
        compute.workers().run(B * NH, backwardTask);
    }

    private void backwardHead(int head, int slot) {
        Scratch s = scratch[slot];
        int query = queryOffset(head);
        packing.packRows(s.keyRows, 0, qkv, query + C, 3 * C, T, hs, nr);
        packing.packRows(s.valueRows, 0, qkv, query + 2 * C, 3 * C, T, hs, nr);
        packing.packColumns(s.keyColumns, 0, qkv, query + C, 3 * C, hs, T, nr);
        Arrays.fill(s.dkey, 0f);
        Arrays.fill(s.dvalue, 0f);
        for (int t = 0; t < T; t += TILE) {
            recompute(s, head, t, slot);
            scoreGradient(s, head, t, slot);
            accumulateGradients(s, head, t, slot);
        }
        for (int t = 0; t < T; t++) {
            System.arraycopy(s.dkey, t * hs, dqkv, query + t * 3 * C + C, hs);
            System.arraycopy(s.dvalue, t * hs, dqkv, query + t * 3 * C + 2 * C, hs);
        }
    }

    /** The tile's probabilities once more, from the statistic of each row. */
    private void recompute(Scratch s, int head, int t, int slot) {
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.scores, s.keyRows, qkv, queryOffset(head) + t * 3 * C, 3 * C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            int row = head * T + t + i;
            // Beyond the query itself lie scores that mean nothing, until they are zeroed.
            int end = whole(t + i + 1);
            compute.kernels().elements().attentionProbabilities(s.scores, i * stride, end, scale, max[row], inverseSum[row]);
            Arrays.fill(s.scores, i * stride + t + i + 1, i * stride + Math.max(end, keys), 0f);
        }
    }

    /** dP = dout·Vᵀ, then the raw scores' gradient P∘(dP − Σ P∘dP)·scale; that row sum equals dout·out. */
    private void scoreGradient(Scratch s, int head, int t, int slot) {
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.gradient, s.valueRows, dout, outOffset(head) + t * C, C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            int o = outOffset(head) + (t + i) * C;
            float d = compute.kernels().rows().dot(compute.lanes(slot), dout, o, out, o, hs);
            int end = whole(t + i + 1);
            compute.kernels().elements().attentionScoreGradient(s.gradient, s.scores, i * stride, end, d, scale);
            Arrays.fill(s.gradient, i * stride + t + i + 1, i * stride + Math.max(end, keys), 0f);
        }
    }

    private void accumulateGradients(Scratch s, int head, int t, int slot) {
        float[] tile = compute.product().scratch(slot);
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        int query = queryOffset(head);
        // dQ[i] = Σ_j dS[i][j]·K[j]
        sumOverKeys(dqkv, query + t * 3 * C, 3 * C, s.gradient, s.keyColumns, rows, keys, slot);
        // dK[j] += Σ_i dS[i][j]·Q[i]
        packing.packColumns(s.left, 0, s.gradient, 0, stride, keys, rows, mr);
        packing.packColumns(s.right, 0, qkv, query + t * 3 * C, 3 * C, hs, rows, nr);
        block.accumulate(s.dkey, 0, hs, tile, s.left, 0, s.right, 0, keys, hs, rows);
        // dV[j] += Σ_i P[i][j]·dout[i]
        packing.packColumns(s.left, 0, s.scores, 0, stride, keys, rows, mr);
        packing.packColumns(s.right, 0, dout, outOffset(head) + t * C, C, hs, rows, nr);
        block.accumulate(s.dvalue, 0, hs, tile, s.left, 0, s.right, 0, keys, hs, rows);
    }

    /** result[i][j] = x[i]·packed[j] for a tile of rows: (rows, keys), a stride apart. */
    private void scores(float[] result, float[] packed, float[] x, int xOffset, int xStride, int rows, int keys, int slot) {
        block.multiplyRows(result, 0, stride, zeros, 0, 0, compute.product().scratch(slot), x, xOffset, xStride, packed, 0, rows, keys, hs);
    }

    /** c[i][channel] = Σ_j x[i][j]·columns[channel][j] over the first keys; x's rows are a stride apart, the columns' panels T long. */
    private void sumOverKeys(float[] c, int at, int ldc, float[] x, float[] columns, int rows, int keys, int slot) {
        for (int channel = 0; channel < hs; channel += nr) {
            block.multiplyRows(c, at + channel, ldc, zeros, 0, 0, compute.product().scratch(slot), x, 0, stride, columns, channel * T, rows,
                Math.min(nr, hs - channel), keys);
        }
    }

    /** Up to whole groups of lanes: kernels are quicker without a rest. */
    private static int whole(int n) {
        return Math.ceilDiv(n, RowKernels.LANES) * RowKernels.LANES;
    }

    private int queryOffset(int head) {
        return head / NH * T * 3 * C + head % NH * hs;
    }

    private int outOffset(int head) {
        return head / NH * T * C + head % NH * hs;
    }

    /** Memory of one thread. */
    private static final class Scratch {
        final float[] scores; // (TILE,T), rows in whole groups of lanes
        final float[] gradient; // likewise
        final float[] dkey; // (T,hs)
        final float[] dvalue; // (T,hs)
        final float[] keyRows; // packed, T rows of length hs
        final float[] valueRows; // packed, T rows of length hs
        final float[] keyColumns; // packed, hs rows of length T
        final float[] valueColumns; // the same memory as keyColumns: no pass needs both
        final float[] left; // the tile's side of a product, packed
        final float[] right; // packed, hs rows of length TILE

        Scratch(Kernels kernels, int T, int hs) {
            int keys = Math.toIntExact(keys(kernels, T, hs));
            scores = new float[Math.multiplyExact(TILE, whole(T))];
            gradient = new float[scores.length];
            dkey = new float[Math.multiplyExact(T, hs)];
            dvalue = new float[T * hs];
            keyRows = new float[keys];
            valueRows = new float[keys];
            keyColumns = new float[keys];
            valueColumns = keyColumns;
            left = new float[Math.toIntExact(left(kernels, T))];
            right = new float[Math.toIntExact(right(kernels, hs))];
        }

        static long keys(Kernels kernels, int T, int hs) {
            return Math.max(PackKernel.size(T, hs, kernels.tile().nr()), PackKernel.size(hs, T, kernels.tile().nr()));
        }

        static long left(Kernels kernels, int T) {
            int mr = kernels.tile().mr();
            return PackKernel.size(T, TILE, mr);
        }

        static long right(Kernels kernels, int hs) {
            return PackKernel.size(hs, TILE, kernels.tile().nr());
        }
    }
}
