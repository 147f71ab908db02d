package lockstep.node.kernel;

/** The specification of {@link RowKernels}. */
final class ScalarRows implements RowKernels {
    private static final int LANES = 16;

    @Override
    public float dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < n; i++) {
            lanes[i % LANES] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i % LANES]);
        }
        return fold(lanes);
    }

    @Override
    public void layerNorm(float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset, int row, int C) {
        int at = row * C;
        float[] lanes = new float[LANES];
        for (int i = 0; i < C; i++) {
            lanes[i % LANES] += inp[at + i];
        }
        float m = fold(lanes) / C;
        lanes = new float[LANES];
        for (int i = 0; i < C; i++) {
            float centred = inp[at + i] - m;
            lanes[i % LANES] = Math.fma(centred, centred, lanes[i % LANES]);
        }
        float s = rstd(fold(lanes) / C);
        for (int i = 0; i < C; i++) {
            out[at + i] = Math.fma((inp[at + i] - m) * s, weights[wOffset + i], weights[bOffset + i]);
        }
        mean[row] = m;
        rstd[row] = s;
    }

    static float rstd(float variance) {
        return 1f / (float) Math.sqrt(variance + LAYER_NORM_EPSILON);
    }

    @Override
    public void layerNormBackward(float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights, int wOffset,
        int row, int C) {
        int at = row * C;
        float m = mean[row];
        float s = rstd[row];
        float[] sums = new float[LANES];
        float[] products = new float[LANES];
        for (int i = 0; i < C; i++) {
            float dnorm = dout[at + i] * weights[wOffset + i];
            float norm = (inp[at + i] - m) * s;
            sums[i % LANES] += dnorm;
            products[i % LANES] = Math.fma(dnorm, norm, products[i % LANES]);
        }
        float meanDnorm = fold(sums) / C;
        float meanProduct = fold(products) / C;
        for (int i = 0; i < C; i++) {
            float dnorm = dout[at + i] * weights[wOffset + i];
            float norm = (inp[at + i] - m) * s;
            float inner = Math.fma(norm, -meanProduct, dnorm - meanDnorm);
            dinp[at + i] = Math.fma(inner, s, dinp[at + i]);
        }
    }

    @Override
    public void attentionSoftmax(float[] x, int offset, int n, int end, float scale, float[] max, float[] inverseSum, int row) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            largest = Math.max(largest, x[offset + j]);
        }
        float[] lanes = new float[LANES];
        for (int j = 0; j < n; j++) {
            float e = ScalarMath.exp((x[offset + j] - largest) * scale);
            x[offset + j] = e;
            lanes[j % LANES] += e;
        }
        for (int j = n; j < end; j++) {
            x[offset + j] = 0f;
        }
        max[row] = largest;
        inverseSum[row] = 1f / fold(lanes);
    }

    @Override
    public double crossEntropy(float[] logits, int offset, int V, int target, float[] inverseSum, int row) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < V; j++) {
            largest = Math.max(largest, logits[offset + j]);
        }
        float correct = logits[offset + target];
        float[] lanes = new float[LANES];
        for (int j = 0; j < V; j++) {
            float e = ScalarMath.exp(logits[offset + j] - largest);
            logits[offset + j] = e;
            lanes[j % LANES] += e;
        }
        float sum = fold(lanes);
        inverseSum[row] = 1f / sum;
        return loss(sum, largest, correct);
    }

    static double loss(float sum, float largest, float correct) {
        return StrictMath.log(sum) - ((double) correct - largest);
    }

    /** Folds the lanes by halves: j with j+8, then j+4, j+2, j+1. */
    private static float fold(float[] lanes) {
        for (int distance = LANES / 2; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                lanes[j] += lanes[j + distance];
            }
        }
        return lanes[0];
    }
}
