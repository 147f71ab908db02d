package lockstep.node.kernel;

import java.util.Arrays;

/** The specification of {@link RowKernels}. What is left of a row after its whole vectors is this class's business for {@link VectorRows} too. */
final class ScalarRows implements RowKernels {
    @Override
    public float dot(float[] lanes, float[] x, int xOffset, float[] y, int yOffset, int n) {
        clear(lanes);
        addProducts(lanes, x, xOffset, y, yOffset, 0, n);
        return fold(lanes);
    }

    /** lanes[i mod 16] += x[i]·y[i] by fma, from ≤ i &lt; to. */
    static void addProducts(float[] lanes, float[] x, int xOffset, float[] y, int yOffset, int from, int to) {
        for (int i = from; i < to; i++) {
            lanes[i % LANES] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i % LANES]);
        }
    }

    @Override
    public void layerNorm(float[] lanes, float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset,
        int row, int C) {
        int at = row * C;
        clear(lanes);
        add(lanes, inp, at, 0, C);
        float m = fold(lanes) / C;
        clear(lanes);
        addCentredSquares(lanes, inp, at, m, 0, C);
        float s = rstd(fold(lanes) / C);
        normalise(out, inp, at, weights, wOffset, bOffset, m, s, 0, C);
        mean[row] = m;
        rstd[row] = s;
    }

    /** lanes[i mod 16] += x[offset + i], from ≤ i &lt; to. */
    static void add(float[] lanes, float[] x, int offset, int from, int to) {
        for (int i = from; i < to; i++) {
            lanes[i % LANES] += x[offset + i];
        }
    }

    static void addCentredSquares(float[] lanes, float[] x, int offset, float mean, int from, int to) {
        for (int i = from; i < to; i++) {
            float centred = x[offset + i] - mean;
            lanes[i % LANES] = Math.fma(centred, centred, lanes[i % LANES]);
        }
    }

    static float rstd(float variance) {
        return 1f / (float) Math.sqrt(variance + LAYER_NORM_EPSILON);
    }

    static void normalise(float[] out, float[] inp, int at, float[] weights, int wOffset, int bOffset, float m, float s, int from, int to) {
        for (int i = from; i < to; i++) {
            out[at + i] = Math.fma((inp[at + i] - m) * s, weights[wOffset + i], weights[bOffset + i]);
        }
    }

    @Override
    public void layerNormBackward(float[] lanes, float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights,
        int wOffset, int row, int C) {
        int at = row * C;
        float m = mean[row];
        float s = rstd[row];
        clear(lanes);
        addRoundedProducts(lanes, dout, at, weights, wOffset, 0, C);
        float meanDnorm = fold(lanes) / C;
        clear(lanes);
        addNormProducts(lanes, dout, inp, at, weights, wOffset, m, s, 0, C);
        float meanProduct = fold(lanes) / C;
        addGradient(dinp, dout, inp, at, weights, wOffset, m, s, meanDnorm, meanProduct, 0, C);
    }

    /** lanes[i mod 16] += x·w, each product rounded before it is added. */
    static void addRoundedProducts(float[] lanes, float[] x, int offset, float[] weights, int wOffset, int from, int to) {
        for (int i = from; i < to; i++) {
            lanes[i % LANES] += x[offset + i] * weights[wOffset + i];
        }
    }

    /** lanes[i mod 16] += (dout·w)·norm by fma, norm = (inp − mean)·rstd. */
    static void addNormProducts(float[] lanes, float[] dout, float[] inp, int at, float[] weights, int wOffset, float m, float s, int from,
        int to) {
        for (int i = from; i < to; i++) {
            float dnorm = dout[at + i] * weights[wOffset + i];
            lanes[i % LANES] = Math.fma(dnorm, (inp[at + i] - m) * s, lanes[i % LANES]);
        }
    }

    static void addGradient(float[] dinp, float[] dout, float[] inp, int at, float[] weights, int wOffset, float m, float s,
        float meanDnorm, float meanProduct, int from, int to) {
        for (int i = from; i < to; i++) {
            float dnorm = dout[at + i] * weights[wOffset + i];
            float norm = (inp[at + i] - m) * s;
            float inner = Math.fma(norm, -meanProduct, dnorm - meanDnorm);
            dinp[at + i] = Math.fma(inner, s, dinp[at + i]);
        }
    }

    @Override
    public void attentionSoftmax(float[] lanes, float[] x, int offset, int n, int end, float scale, float[] max, float[] inverseSum,
        int row) {
        float largest = max(Float.NEGATIVE_INFINITY, x, offset, 0, n);
        exponentials(x, offset, largest, scale, 0, n);
        clear(lanes);
        add(lanes, x, offset, 0, n);
        Arrays.fill(x, offset + n, offset + end, 0f);
        max[row] = largest;
        inverseSum[row] = 1f / fold(lanes);
    }

    static float max(float largest, float[] x, int offset, int from, int to) {
        float max = largest;
        for (int i = from; i < to; i++) {
            max = Math.max(max, x[offset + i]);
        }
        return max;
    }

    /** x[offset + i] = exp((x[offset + i] − largest)·scale). */
    static void exponentials(float[] x, int offset, float largest, float scale, int from, int to) {
        for (int i = from; i < to; i++) {
            x[offset + i] = ScalarMath.exp((x[offset + i] - largest) * scale);
        }
    }

    @Override
    public double crossEntropy(float[] lanes, float[] logits, int offset, int V, int target, float[] inverseSum, int row) {
        float largest = max(Float.NEGATIVE_INFINITY, logits, offset, 0, V);
        float correct = logits[offset + target];
        exponentials(logits, offset, largest, 1f, 0, V);
        clear(lanes);
        add(lanes, logits, offset, 0, V);
        float sum = fold(lanes);
        inverseSum[row] = 1f / sum;
        return loss(sum, largest, correct);
    }

    static double loss(float sum, float largest, float correct) {
        return StrictMath.log(sum) - ((double) correct - largest);
    }

    private static void clear(float[] lanes) {
        Arrays.fill(lanes, 0, LANES, 0f);
    }

    /** Folds the lanes by halves: j with j+8, then j+4, j+2, j+1. */
    static float fold(float[] lanes) {
        float s0 = lanes[0] + lanes[8] + (lanes[4] + lanes[12]);
        float s1 = lanes[1] + lanes[9] + (lanes[5] + lanes[13]);
        float s2 = lanes[2] + lanes[10] + (lanes[6] + lanes[14]);
        float s3 = lanes[3] + lanes[11] + (lanes[7] + lanes[15]);
        return s0 + s2 + (s1 + s3);
    }
}
