package lockstep.node.kernel;

import java.util.Arrays;

/** The specification of {@link ElementKernels}. */
final class ScalarElements implements ElementKernels {
    /** 2u = x·(GELU_1 + GELU_3·x²): 2·√(2/π) and that times 0.044715. */
    static final float GELU_1 = 1.5957691216f;
    static final float GELU_3 = 0.0713548162726f;

    @Override
    public void add(float[] out, int outOffset, float[] a, int aOffset, float[] b, int bOffset, int n) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void accumulate(float[] out, int outOffset, float[] a, int aOffset, int n) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] += a[aOffset + i];
        }
    }

    @Override
    public void scale(float[] x, int offset, int n, float factor) {
        for (int i = 0; i < n; i++) {
            x[offset + i] *= factor;
        }
    }

    @Override
    public void divide(float[] x, int offset, int n, float divisor) {
        for (int i = 0; i < n; i++) {
            x[offset + i] /= divisor;
        }
    }

    @Override
    public void multiplyAdd(float[] out, int outOffset, float factor, float[] x, int xOffset, int n) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = Math.fma(factor, x[xOffset + i], out[outOffset + i]);
        }
    }

    @Override
    public void gelu(float[] out, float[] inp, int from, int to) {
        for (int i = from; i < to; i++) {
            float x = inp[i];
            float e = ScalarMath.exp(-(x * Math.fma(x * x, GELU_3, GELU_1)));
            out[i] = x / (1f + e);
        }
    }

    @Override
    public void geluBackward(float[] dinp, float[] dout, float[] inp, int from, int to) {
        for (int i = from; i < to; i++) {
            float x = inp[i];
            float square = x * x;
            float e = ScalarMath.exp(-(x * Math.fma(square, GELU_3, GELU_1)));
            float sigmoid = 1f / (1f + e);
            // x·σ' = x·σ(1−σ)·d(2u)/dx; 1−σ is written e·σ, which loses nothing where σ is close to 1
            float slope = x * Math.fma(square, 3f * GELU_3, GELU_1);
            float local = Math.fma(e * sigmoid * sigmoid, slope, sigmoid);
            dinp[i] = dout[i] * local;
        }
    }

    @Override
    public void columnSums(float[] sums, int sumsOffset, float[] x, int rows, int C, int from, int to) {
        for (int i = from; i < to; i++) {
            float sum = sums[sumsOffset + i];
            for (int row = 0; row < rows; row++) {
                sum += x[row * C + i];
            }
            sums[sumsOffset + i] = sum;
        }
    }

    @Override
    public void layerNormColumns(float[] grads, int dwOffset, int dbOffset, float[] dout, float[] inp, float[] mean, float[] rstd, int rows,
        int C, int from, int to) {
        for (int i = from; i < to; i++) {
            float dw = grads[dwOffset + i];
            float db = grads[dbOffset + i];
            for (int row = 0; row < rows; row++) {
                float norm = (inp[row * C + i] - mean[row]) * rstd[row];
                dw = Math.fma(dout[row * C + i], norm, dw);
                db += dout[row * C + i];
            }
            grads[dwOffset + i] = dw;
            grads[dbOffset + i] = db;
        }
    }

    @Override
    public void attentionProbabilities(float[] p, int offset, int n, float scale, float max, float inverseSum) {
        for (int j = offset; j < offset + n; j++) {
            p[j] = ScalarMath.exp((p[j] - max) * scale) * inverseSum;
        }
    }

    @Override
    public void attentionScoreGradient(float[] dp, float[] p, int offset, int n, float d, float scale) {
        for (int j = offset; j < offset + n; j++) {
            dp[j] = p[j] * (dp[j] - d) * scale;
        }
    }

    @Override
    public void adamW(UpdateSquares squares, float[] params, float[] grads, float[] m, float[] v, int from, int to, AdamWFactors f) {
        squares.clear();
        for (int done = 0; done < to - from; done += UpdateSquares.BLOCK) {
            int block = from + done;
            squares.beginBlock();
            adamWOfBlock(squares, params, grads, m, v, block, block, block + Math.min(UpdateSquares.BLOCK, to - block), f);
            squares.endBlock();
        }
    }

    /** AdamW on values from..to of the block of squares that begins at block. */
    static void adamWOfBlock(UpdateSquares squares, float[] params, float[] grads, float[] m, float[] v, int block, int from, int to,
        AdamWFactors f) {
        float rest1 = 1f - f.beta1;
        float rest2 = 1f - f.beta2;
        for (int i = from; i < to; i++) {
            int lane = (i - block) % LANES;
            squares.gradientLanes[lane] = Math.fma(grads[i], grads[i], squares.gradientLanes[lane]);
            squares.weightLanes[lane] = Math.fma(params[i], params[i], squares.weightLanes[lane]);
            float g = grads[i] * f.gradScale;
            float mi = Math.fma(f.beta1, m[i], rest1 * g);
            float vi = Math.fma(f.beta2, v[i], rest2 * g * g);
            float denominator = (float) Math.sqrt(vi * f.correction2) + f.eps;
            float direction = Math.fma(f.decay, params[i], mi * f.correction1 / denominator);
            squares.directionLanes[lane] = Math.fma(direction, direction, squares.directionLanes[lane]);
            m[i] = mi;
            v[i] = vi;
            params[i] = Math.fma(-f.lr, direction, params[i]);
        }
    }

    @Override
    public double sumOfSquares(double[] lanes, float[] x, int offset, int n) {
        Arrays.fill(lanes, 0);
        addSquares(lanes, x, offset, n);
        return fold(lanes);
    }

    /** lanes[i mod 16] += x[i]² for n values. */
    static void addSquares(double[] lanes, float[] x, int offset, int n) {
        for (int i = 0; i < n; i++) {
            double value = x[offset + i];
            lanes[i % LANES] += value * value;
        }
    }

    /** Folds the lanes by halves: j with j+8, then j+4, j+2, j+1. */
    static double fold(double[] lanes) {
        for (int distance = LANES / 2; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                lanes[j] += lanes[j + distance];
            }
        }
        return lanes[0];
    }
}
