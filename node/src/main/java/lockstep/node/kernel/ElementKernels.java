package lockstep.node.kernel;

/** Kernels that treat each element, or each column, by itself: no order of sums is involved but that of rows, which ascend. */
public interface ElementKernels {
    /** The virtual lanes of a sum. */
    int LANES = 16;

    /** out[i] = a[i] + b[i] for n values. */
    void add(float[] out, int outOffset, float[] a, int aOffset, float[] b, int bOffset, int n);

    /** out[i] += a[i] for n values. */
    void accumulate(float[] out, int outOffset, float[] a, int aOffset, int n);

    /** x[i] *= factor for n values. */
    void scale(float[] x, int offset, int n, float factor);

    /** x[i] /= divisor for n values. */
    void divide(float[] x, int offset, int n, float divisor);

    /** out[i] = fma(factor, x[i], out[i]) for n values. */
    void multiplyAdd(float[] out, int outOffset, float factor, float[] x, int xOffset, int n);

    /**
     * Tanh GELU, written x·σ(2u) with u = √(2/π)·(x + 0.044715x³), since ½(1 + tanh u) = σ(2u). Overwrites out[from..to). Of every float, the error is within
     * 2.57 ulp where x ≥ −1, 5.7e-6 of the result where −8 ≤ x ≤ −1, and 2.43e-27·|x| below.
     */
    void gelu(float[] out, float[] inp, int from, int to);

    /**
     * Backward of {@link #gelu}: overwrites dinp[from..to). The slope's error is within 2.84 ulp where 0 ≤ x ≤ 1e10 and 2.22e-7 where |x| ≤ 1e10. Much further
     * out x³ overflows, and beyond 1e13 the slope may be no number, as PyTorch's.
     */
    void geluBackward(float[] dinp, float[] dout, float[] inp, int from, int to);

    /** sums[i] += Σ over rows of x[row·C + i], rows ascending, for from ≤ i &lt; to. x is (rows,C). */
    void columnSums(float[] sums, int sumsOffset, float[] x, int rows, int C, int from, int to);

    /**
     * Backward of LayerNorm to its weight and bias, rows ascending: dw[i] += Σ dout·(inp − mean)·rstd, db[i] += Σ dout, for from ≤ i &lt; to.
     *
     * @param grads holds dw (C) from dwOffset and db (C) from dbOffset
     * @param dout (rows,C)
     * @param inp (rows,C), mean (rows) and rstd (rows) of the forward pass
     */
    void layerNormColumns(float[] grads, int dwOffset, int dbOffset, float[] dout, float[] inp, float[] mean, float[] rstd, int rows, int C,
        int from, int to);

    /** p[j] = exp((p[j] − max)·scale)·inverseSum for n raw scores: the attention's probabilities again, from the row's statistic. */
    void attentionProbabilities(float[] p, int offset, int n, float scale, float max, float inverseSum);

    /** dp[j] = p[j]·(dp[j] − d)·scale for n values: the gradient of a raw score, d being Σ p·dp of its row. */
    void attentionScoreGradient(float[] dp, float[] p, int offset, int n, float d, float scale);

    /** One step of AdamW on values from..to; overwrites params, m and v, and in squares the sums of squares of these values. */
    void adamW(UpdateSquares squares, float[] params, float[] grads, float[] m, float[] v, int from, int to, AdamWFactors factors);

    /**
     * Σ x[i]² of n values in double, by the 16 virtual lanes of the package.
     *
     * @param lanes (16) scratch, overwritten
     */
    double sumOfSquares(double[] lanes, float[] x, int offset, int n);
}
