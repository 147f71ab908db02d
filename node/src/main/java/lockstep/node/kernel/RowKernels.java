package lockstep.node.kernel;

/**
 * Kernels that reduce along a row. Sums use the 16 virtual lanes that the package describes; each kernel takes the caller's {@code lanes}, {@value #LANES} floats
 * of scratch that it overwrites. Lengths may be any number ≥ 1.
 */
public interface RowKernels {
    /** Floats of scratch that a thread needs. */
    int LANES = 16;

    /** Added to the variance in LayerNorm, as PyTorch's default. */
    float LAYER_NORM_EPSILON = 1e-5f;

    /** Σ x[i]·y[i] over n values. */
    float dot(float[] lanes, float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * LayerNorm of one row: out = (inp − mean)·rstd·w + b. Overwrites out[row], mean[row], rstd[row].
     *
     * @param out (rows,C)
     * @param mean (rows)
     * @param rstd (rows) 1 / √(variance + ε), the variance biased
     * @param inp (rows,C)
     * @param weights holds w (C) from wOffset and b (C) from bOffset
     */
    void layerNorm(float[] lanes, float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset, int row,
        int C);

    /**
     * Backward of one row of LayerNorm to its input. Adds to dinp[row].
     *
     * @param dinp (rows,C)
     * @param dout (rows,C)
     * @param inp (rows,C), mean (rows) and rstd (rows) as the forward pass left them
     * @param weights holds w (C) from wOffset
     */
    void layerNormBackward(float[] lanes, float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights, int wOffset,
        int row,
        int C);

    /**
     * Turns n raw attention scores into x[j] = exp((x[j] − max)·scale), in place, and zeroes the scores from n to end, which lie in the future.
     * The caller divides by the sum.
     *
     * @param max (rows) out: the largest raw score
     * @param inverseSum (rows) out: 1 / Σ x[j]
     * @param row index into max and inverseSum
     */
    void attentionSoftmax(float[] lanes, float[] x, int offset, int n, int end, float scale, float[] max, float[] inverseSum, int row);

    /**
     * Mean-free cross entropy of one row of logits, in nats: log Σ exp(logits) − logits[target]. Leaves exp(logits − max) behind.
     *
     * @param inverseSum (rows) out: 1 / Σ exp(logits − max), at {@code row}
     */
    double crossEntropy(float[] lanes, float[] logits, int offset, int V, int target, float[] inverseSum, int row);
}
