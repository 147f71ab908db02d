package lockstep.node.kernel;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static lockstep.node.kernel.Lanes.VL;

/**
 * {@link RowKernels} with the Vector API. The 16 virtual lanes of a sum live in one vector of 512 bits, two of 256 or four of 128: accumulators 0..3, of which
 * the wider machines leave the later ones at zero, and C2 removes the branches on the constant width.
 *
 * <p>
 * Vectors live within a loop and end in memory, in {@code lanes}; {@link ScalarRows} adds what is left of a row and folds. A vector that is handed to a method of
 * ours once a row, or that comes from one of two branches, would be put on the heap whenever C2 decides not to inline, which it does now and then, for a whole run.
 */
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;

    @Override
    public float dot(float[] lanes, float[] x, int xOffset, float[] y, int yOffset, int n) {
        return sumOfProducts(lanes, x, xOffset, y, yOffset, n);
    }

    private static float sumOfProducts(float[] lanes, float[] x, int xOffset, float[] y, int yOffset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 = load(x, xOffset + i).fma(load(y, yOffset + i), s0);
            if (VL < 16) {
                s1 = load(x, xOffset + i + VL).fma(load(y, yOffset + i + VL), s1);
            }
            if (VL < 8) {
                s2 = load(x, xOffset + i + 2 * VL).fma(load(y, yOffset + i + 2 * VL), s2);
                s3 = load(x, xOffset + i + 3 * VL).fma(load(y, yOffset + i + 3 * VL), s3);
            }
        }
        s0.intoArray(lanes, 0);
        if (VL < 16) {
            s1.intoArray(lanes, VL);
        }
        if (VL < 8) {
            s2.intoArray(lanes, 2 * VL);
            s3.intoArray(lanes, 3 * VL);
        }
        ScalarRows.addProducts(lanes, x, xOffset, y, yOffset, whole, n);
        return ScalarRows.fold(lanes);
    }

    @Override
    public void layerNorm(float[] lanes, float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset,
        int row, int C) {
        int at = row * C;
        float m = sum(lanes, inp, at, C) / C;
        float s = ScalarRows.rstd(sumOfCentredSquares(lanes, inp, at, C, m) / C);
        int whole = S.loopBound(C);
        for (int i = 0; i < whole; i += VL) {
            load(inp, at + i).sub(m).mul(s).fma(load(weights, wOffset + i), load(weights, bOffset + i)).intoArray(out, at + i);
        }
        ScalarRows.normalise(out, inp, at, weights, wOffset, bOffset, m, s, whole, C);
        mean[row] = m;
        rstd[row] = s;
    }

    private static float sum(float[] lanes, float[] x, int offset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 = s0.add(load(x, offset + i));
            if (VL < 16) {
                s1 = s1.add(load(x, offset + i + VL));
            }
            if (VL < 8) {
                s2 = s2.add(load(x, offset + i + 2 * VL));
                s3 = s3.add(load(x, offset + i + 3 * VL));
            }
        }
        s0.intoArray(lanes, 0);
        if (VL < 16) {
            s1.intoArray(lanes, VL);
        }
        if (VL < 8) {
            s2.intoArray(lanes, 2 * VL);
            s3.intoArray(lanes, 3 * VL);
        }
        ScalarRows.add(lanes, x, offset, whole, n);
        return ScalarRows.fold(lanes);
    }

    private static float sumOfCentredSquares(float[] lanes, float[] x, int offset, int n, float mean) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = offset; i < offset + whole; i += LANES) {
            FloatVector x0 = load(x, i).sub(mean);
            s0 = x0.fma(x0, s0);
            if (VL < 16) {
                FloatVector x1 = load(x, i + VL).sub(mean);
                s1 = x1.fma(x1, s1);
            }
            if (VL < 8) {
                FloatVector x2 = load(x, i + 2 * VL).sub(mean);
                s2 = x2.fma(x2, s2);
                FloatVector x3 = load(x, i + 3 * VL).sub(mean);
                s3 = x3.fma(x3, s3);
            }
        }
        s0.intoArray(lanes, 0);
        if (VL < 16) {
            s1.intoArray(lanes, VL);
        }
        if (VL < 8) {
            s2.intoArray(lanes, 2 * VL);
            s3.intoArray(lanes, 3 * VL);
        }
        ScalarRows.addCentredSquares(lanes, x, offset, mean, whole, n);
        return ScalarRows.fold(lanes);
    }

    @Override
    public void layerNormBackward(float[] lanes, float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights,
        int wOffset, int row, int C) {
        int at = row * C;
        float m = mean[row];
        float s = rstd[row];
        float meanDnorm = sumOfRoundedProducts(lanes, dout, at, weights, wOffset, C) / C;
        float meanProduct = sumOfNormProducts(lanes, dout, inp, at, weights, wOffset, m, s, C) / C;
        FloatVector minusMeanProduct = FloatVector.broadcast(S, -meanProduct);
        FloatVector scale = FloatVector.broadcast(S, s);
        int whole = S.loopBound(C);
        for (int i = 0; i < whole; i += VL) {
            FloatVector dnorm = load(dout, at + i).mul(load(weights, wOffset + i));
            FloatVector inner = load(inp, at + i).sub(m).mul(s).fma(minusMeanProduct, dnorm.sub(meanDnorm));
            inner.fma(scale, load(dinp, at + i)).intoArray(dinp, at + i);
        }
        ScalarRows.addGradient(dinp, dout, inp, at, weights, wOffset, m, s, meanDnorm, meanProduct, whole, C);
    }

    /** Σ x·w, each product rounded before it is added. */
    private static float sumOfRoundedProducts(float[] lanes, float[] x, int offset, float[] weights, int wOffset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 = s0.add(load(x, offset + i).mul(load(weights, wOffset + i)));
            if (VL < 16) {
                s1 = s1.add(load(x, offset + i + VL).mul(load(weights, wOffset + i + VL)));
            }
            if (VL < 8) {
                s2 = s2.add(load(x, offset + i + 2 * VL).mul(load(weights, wOffset + i + 2 * VL)));
                s3 = s3.add(load(x, offset + i + 3 * VL).mul(load(weights, wOffset + i + 3 * VL)));
            }
        }
        s0.intoArray(lanes, 0);
        if (VL < 16) {
            s1.intoArray(lanes, VL);
        }
        if (VL < 8) {
            s2.intoArray(lanes, 2 * VL);
            s3.intoArray(lanes, 3 * VL);
        }
        ScalarRows.addRoundedProducts(lanes, x, offset, weights, wOffset, whole, n);
        return ScalarRows.fold(lanes);
    }

    /** Σ (dout·w)·norm by fma, norm = (inp − mean)·rstd. */
    private static float sumOfNormProducts(float[] lanes, float[] dout, float[] inp, int at, float[] weights, int wOffset, float m, float s,
        int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 = load(dout, at + i).mul(load(weights, wOffset + i)).fma(load(inp, at + i).sub(m).mul(s), s0);
            if (VL < 16) {
                s1 = load(dout, at + i + VL).mul(load(weights, wOffset + i + VL)).fma(load(inp, at + i + VL).sub(m).mul(s), s1);
            }
            if (VL < 8) {
                s2 = load(dout, at + i + 2 * VL).mul(load(weights, wOffset + i + 2 * VL)).fma(load(inp, at + i + 2 * VL).sub(m).mul(s), s2);
                s3 = load(dout, at + i + 3 * VL).mul(load(weights, wOffset + i + 3 * VL)).fma(load(inp, at + i + 3 * VL).sub(m).mul(s), s3);
            }
        }
        s0.intoArray(lanes, 0);
        if (VL < 16) {
            s1.intoArray(lanes, VL);
        }
        if (VL < 8) {
            s2.intoArray(lanes, 2 * VL);
            s3.intoArray(lanes, 3 * VL);
        }
        ScalarRows.addNormProducts(lanes, dout, inp, at, weights, wOffset, m, s, whole, n);
        return ScalarRows.fold(lanes);
    }

    @Override
    public void attentionSoftmax(float[] lanes, float[] x, int offset, int n, int end, float scale, float[] max, float[] inverseSum,
        int row) {
        // Whole groups of lanes where there is room: -∞ is never the largest, and its exponential, 0, changes no sum.
        int whole = Math.ceilDiv(n, LANES) * LANES;
        int padded = whole <= end ? whole : n;
        Arrays.fill(x, offset + n, offset + padded, Float.NEGATIVE_INFINITY);
        float largest = max(x, offset, padded);
        max[row] = largest;
        exponentials(x, offset, padded, largest, scale);
        inverseSum[row] = 1f / sum(lanes, x, offset, padded);
        Arrays.fill(x, offset + padded, offset + end, 0f);
    }

    @Override
    public double crossEntropy(float[] lanes, float[] logits, int offset, int V, int target, float[] inverseSum, int row) {
        float largest = max(logits, offset, V);
        float correct = logits[offset + target];
        exponentials(logits, offset, V, largest, 1f);
        float sum = sum(lanes, logits, offset, V);
        inverseSum[row] = 1f / sum;
        return ScalarRows.loss(sum, largest, correct);
    }

    /** A pass of its own over a row that is in the cache, and the sum another: exp beside the sum's accumulators would be too much for the registers. */
    private static void exponentials(float[] x, int offset, int n, float largest, float scale) {
        int whole = S.loopBound(n);
        for (int i = offset; i < offset + whole; i += VL) {
            VectorMath.exp(load(x, i).sub(largest).mul(scale)).intoArray(x, i);
        }
        ScalarRows.exponentials(x, offset, largest, scale, whole, n);
    }

    /** The largest of a set does not depend on the order in which it is sought. */
    private static float max(float[] x, int offset, int n) {
        FloatVector largest = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int whole = S.loopBound(n);
        for (int i = offset; i < offset + whole; i += VL) {
            largest = largest.max(load(x, i));
        }
        if (VL > 8) {
            largest = largest.max(largest.rearrange(Lanes.SWAP_8));
        }
        if (VL > 4) {
            largest = largest.max(largest.rearrange(Lanes.SWAP_4));
        }
        largest = largest.max(largest.rearrange(Lanes.SWAP_2));
        return ScalarRows.max(largest.max(largest.rearrange(Lanes.SWAP_1)).lane(0), x, offset, whole, n);
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
