package lockstep.node.layer;

import java.util.Arrays;
import java.util.stream.IntStream;

import lockstep.node.kernel.BlockProduct;
import lockstep.node.kernel.BlockProduct.Packed;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Panels;

/**
 * Causal self-attention, parallel over batch and heads. A head is worked through in tiles of {@value #TILE} queries: only a (TILE,T) piece of scores exists at a
 * time, one per thread, and the backward pass computes it again from the row's maximum and sum. A query's tile reaches to the tile's last key; scores of the
 * future are exact zeros, which change no sum, so the tile size does not show in the bits.
 */
public final class Attention {
    private static final int TILE = 48;

    private final Compute compute;
    private final int B;
    private final int T;
    private final int NH;
    private final int C;
    private final int hs;
    private final float scale;
    private final Scratch[] scratch;

    public Attention(Compute compute, int B, int T, int NH, int C) {
        this.compute = compute;
        this.B = B;
        this.T = T;
        this.NH = NH;
        this.C = C;
        this.hs = C / NH;
        this.scale = (float) (1.0 / Math.sqrt(hs));
        this.scratch =
            IntStream.range(0, compute.workers().threads()).mapToObj(slot -> new Scratch(compute.kernels(), T, hs)).toArray(Scratch[]::new);
    }

    /** Bytes of scratch that one thread needs. */
    public static long scratchBytes(Kernels kernels, int T, int hs) {
        long panels =
            3 * Scratch.keys(kernels, T, hs) + Panels.size(TILE, T, kernels.tile().mr()) + Panels.size(T, TILE, kernels.tile().mr());
        return Float.BYTES * (panels + 2L * TILE * T + Panels.size(hs, TILE, kernels.tile().nr()));
    }

    /**
     * @param out (B,T,C) the heads' outputs side by side
     * @param max (B,NH,T) out: the largest raw score of each query
     * @param inverseSum (B,NH,T) out: 1 / Σ exp of each query
     * @param qkv (B,T,3C)
     */
    public void forward(float[] out, float[] max, float[] inverseSum, float[] qkv) {
        compute.workers().run(B * NH, (head, slot) -> {
            Scratch s = scratch[slot];
            int query = queryOffset(head);
            pack(s.keyRows, Panels::packRows, qkv, query + C, T, hs);
            pack(s.valueColumns, Panels::packColumns, qkv, query + 2 * C, hs, T);
            for (int t = 0; t < T; t += TILE) {
                forwardTile(out, max, inverseSum, qkv, head, t, slot);
            }
        });
    }

    private void forwardTile(float[] out, float[] max, float[] inverseSum, float[] qkv, int head, int t, int slot) {
        Scratch s = scratch[slot];
        BlockProduct block = compute.product().block();
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.scores, s, s.keyRows, qkv, queryOffset(head) + t * 3 * C, 3 * C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            compute.kernels().rows().attentionSoftmax(s.scores, i * T, t + i + 1, keys, scale, max, inverseSum, head * T + t + i);
        }
        Panels.packRows(s.left.data(), s.scores, 0, T, rows, keys, block.tile().mr());
        int o = outOffset(head) + t * C;
        clear(out, o, C, rows);
        block.accumulate(out, o, C, compute.product().scratch(slot), new Packed(s.left.data(), 0, keys), s.valueColumns, rows, hs, keys);
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
        compute.workers().run(B * NH, (head, slot) -> {
            Scratch s = scratch[slot];
            int query = queryOffset(head);
            pack(s.keyRows, Panels::packRows, qkv, query + C, T, hs);
            pack(s.valueRows, Panels::packRows, qkv, query + 2 * C, T, hs);
            pack(s.keyColumns, Panels::packColumns, qkv, query + C, hs, T);
            for (int part = 0; part < 3; part++) {
                clear(dqkv, query + part * C, 3 * C, T);
            }
            for (int t = 0; t < T; t += TILE) {
                recompute(s, max, inverseSum, qkv, head, t, slot);
                scoreGradient(s, dout, out, head, t, slot);
                accumulateGradients(dqkv, s, dout, qkv, head, t, slot);
            }
        });
    }

    /** The tile's probabilities once more, from the statistic of each row. */
    private void recompute(Scratch s, float[] max, float[] inverseSum, float[] qkv, int head, int t, int slot) {
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.scores, s, s.keyRows, qkv, queryOffset(head) + t * 3 * C, 3 * C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            int row = head * T + t + i;
            compute.kernels().elements().attentionProbabilities(s.scores, i * T, t + i + 1, scale, max[row], inverseSum[row]);
            Arrays.fill(s.scores, i * T + t + i + 1, i * T + keys, 0f);
        }
    }

    /** dP = dout·Vᵀ, then the raw scores' gradient P∘(dP − Σ P∘dP)·scale; that row sum equals dout·out. */
    private void scoreGradient(Scratch s, float[] dout, float[] out, int head, int t, int slot) {
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        scores(s.gradient, s, s.valueRows, dout, outOffset(head) + t * C, C, rows, keys, slot);
        for (int i = 0; i < rows; i++) {
            int o = outOffset(head) + (t + i) * C;
            float d = compute.kernels().rows().dot(dout, o, out, o, hs);
            compute.kernels().elements().attentionScoreGradient(s.gradient, s.scores, i * T, t + i + 1, d, scale);
            Arrays.fill(s.gradient, i * T + t + i + 1, i * T + keys, 0f);
        }
    }

    private void accumulateGradients(float[] dqkv, Scratch s, float[] dout, float[] qkv, int head, int t, int slot) {
        BlockProduct block = compute.product().block();
        float[] tile = compute.product().scratch(slot);
        int mr = block.tile().mr();
        int nr = block.tile().nr();
        int rows = Math.min(TILE, T - t);
        int keys = t + rows;
        int query = queryOffset(head);
        // dQ[i] = Σ_j dS[i][j]·K[j]
        Panels.packRows(s.left.data(), s.gradient, 0, T, rows, keys, mr);
        block.accumulate(dqkv, query + t * 3 * C, 3 * C, tile, new Packed(s.left.data(), 0, keys), s.keyColumns, rows, hs, keys);
        // dK[j] += Σ_i dS[i][j]·Q[i]
        Packed left = new Packed(s.left.data(), 0, rows);
        Packed right = new Packed(s.right, 0, rows);
        Panels.packColumns(s.left.data(), s.gradient, 0, T, keys, rows, mr);
        Panels.packColumns(s.right, qkv, query + t * 3 * C, 3 * C, hs, rows, nr);
        block.accumulate(dqkv, query + C, 3 * C, tile, left, right, keys, hs, rows);
        // dV[j] += Σ_i P[i][j]·dout[i]
        Panels.packColumns(s.left.data(), s.scores, 0, T, keys, rows, mr);
        Panels.packColumns(s.right, dout, outOffset(head) + t * C, C, hs, rows, nr);
        block.accumulate(dqkv, query + 2 * C, 3 * C, tile, left, right, keys, hs, rows);
    }

    /** result[i][j] = x[i]·packed[j] for a tile of rows: (rows, keys), T apart. */
    private void scores(float[] result, Scratch s, Packed packed, float[] x, int xOffset, int xStride, int rows, int keys, int slot) {
        BlockProduct block = compute.product().block();
        Panels.packRows(s.left.data(), x, xOffset, xStride, rows, hs, block.tile().mr());
        clear(result, 0, T, rows, keys);
        block.accumulate(result, 0, T, compute.product().scratch(slot), new Packed(s.left.data(), 0, hs), packed, rows, keys, hs);
    }

    private int queryOffset(int head) {
        return head / NH * T * 3 * C + head % NH * hs;
    }

    private int outOffset(int head) {
        return head / NH * T * C + head % NH * hs;
    }

    private void clear(float[] x, int offset, int stride, int rows) {
        clear(x, offset, stride, rows, hs);
    }

    private static void clear(float[] x, int offset, int stride, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            Arrays.fill(x, offset + i * stride, offset + i * stride + columns, 0f);
        }
    }

    private void pack(Packed target, Packing packing, float[] qkv, int offset, int rows, int depth) {
        packing.pack(target.data(), qkv, offset, 3 * C, rows, depth, compute.kernels().tile().nr());
    }

    private interface Packing {
        void pack(float[] packed, float[] x, int offset, int stride, int rows, int k, int width);
    }

    /** Memory of one thread. */
    private static final class Scratch {
        final float[] scores; // (TILE,T)
        final float[] gradient; // (TILE,T)
        final Packed keyRows; // T rows of length hs
        final Packed valueRows; // T rows of length hs
        final Packed keyColumns; // hs rows of length T
        final Packed valueColumns; // the same memory as keyColumns: no pass needs both
        final Packed left; // the tile's side of a product
        final float[] right; // hs rows of length TILE

        Scratch(Kernels kernels, int T, int hs) {
            int mr = kernels.tile().mr();
            int keys = Math.toIntExact(keys(kernels, T, hs));
            scores = new float[TILE * T];
            gradient = new float[TILE * T];
            keyRows = new Packed(new float[keys], 0, hs);
            valueRows = new Packed(new float[keys], 0, hs);
            keyColumns = new Packed(new float[keys], 0, T);
            valueColumns = keyColumns;
            long tile = Math.max(Panels.size(TILE, hs, mr), Panels.size(TILE, T, mr));
            left = new Packed(new float[Math.toIntExact(Math.max(tile, Panels.size(T, TILE, mr)))], 0, hs);
            right = new float[Math.toIntExact(Panels.size(hs, TILE, kernels.tile().nr()))];
        }

        static long keys(Kernels kernels, int T, int hs) {
            return Math.max(Panels.size(T, hs, kernels.tile().nr()), Panels.size(hs, T, kernels.tile().nr()));
        }
    }
}
