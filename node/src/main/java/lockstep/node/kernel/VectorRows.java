package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import static lockstep.node.kernel.Lanes.VL;

/**
 * {@link RowKernels} with the Vector API. The 16 virtual lanes of a sum live in one vector of 512 bits, two of 256 or four of 128: accumulators 0..3, of which
 * the wider machines leave the later ones at zero, and C2 removes the branches on the constant width.
 */
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int LANES = 16;

    @Override
    public float dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            int left = n - i;
            s0 = load(x, xOffset + i, left).fma(load(y, yOffset + i, left), s0);
            if (VL < 16) {
                int j = i + VL;
                s1 = load(x, xOffset + j, n - j).fma(load(y, yOffset + j, n - j), s1);
            }
            if (VL < 8) {
                int j = i + 2 * VL;
                int k = i + 3 * VL;
                s2 = load(x, xOffset + j, n - j).fma(load(y, yOffset + j, n - j), s2);
                s3 = load(x, xOffset + k, n - k).fma(load(y, yOffset + k, n - k), s3);
            }
        }
        return fold(s0, s1, s2, s3);
    }

    @Override
    public void layerNorm(float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset, int row, int C) {
        int at = row * C;
        float m = sum(inp, at, C) / C;
        float s = ScalarRows.rstd(sumOfCentredSquares(inp, at, C, m) / C);
        for (int i = 0; i < C; i += VL) {
            int left = C - i;
            FloatVector norm = load(inp, at + i, left).sub(m).mul(s);
            store(out, at + i, left, norm.fma(load(weights, wOffset + i, left), load(weights, bOffset + i, left)));
        }
        mean[row] = m;
        rstd[row] = s;
    }

    private static float sum(float[] x, int offset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            s0 = s0.add(load(x, offset + i, n - i));
            if (VL < 16) {
                int j = i + VL;
                s1 = s1.add(load(x, offset + j, n - j));
            }
            if (VL < 8) {
                int j = i + 2 * VL;
                int k = i + 3 * VL;
                s2 = s2.add(load(x, offset + j, n - j));
                s3 = s3.add(load(x, offset + k, n - k));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    private static float sumOfCentredSquares(float[] x, int offset, int n, float mean) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            FloatVector c0 = centred(x, offset + i, n - i, mean);
            s0 = c0.fma(c0, s0);
            if (VL < 16) {
                FloatVector c1 = centred(x, offset + i + VL, n - i - VL, mean);
                s1 = c1.fma(c1, s1);
            }
            if (VL < 8) {
                FloatVector c2 = centred(x, offset + i + 2 * VL, n - i - 2 * VL, mean);
                FloatVector c3 = centred(x, offset + i + 3 * VL, n - i - 3 * VL, mean);
                s2 = c2.fma(c2, s2);
                s3 = c3.fma(c3, s3);
            }
        }
        return fold(s0, s1, s2, s3);
    }

    /** x − mean, and zero in the lanes beyond the row. */
    private static FloatVector centred(float[] x, int at, int left, float mean) {
        if (left >= VL) {
            return FloatVector.fromArray(S, x, at).sub(mean);
        }
        VectorMask<Float> inside = S.indexInRange(0, left);
        return FloatVector.fromArray(S, x, at, inside).lanewise(VectorOperators.SUB, mean, inside);
    }

    @Override
    public void layerNormBackward(float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights, int wOffset,
        int row, int C) {
        int at = row * C;
        float m = mean[row];
        float s = rstd[row];
        // dout is zero beyond the row, so dnorm is too, and with it both summands
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector p0 = s0;
        FloatVector p1 = s0;
        FloatVector p2 = s0;
        FloatVector p3 = s0;
        for (int i = 0; i < C; i += LANES) {
            FloatVector d0 = dnorm(dout, at + i, weights, wOffset + i, C - i);
            s0 = s0.add(d0);
            p0 = d0.fma(norm(inp, at + i, C - i, m, s), p0);
            if (VL < 16) {
                int j = i + VL;
                FloatVector d1 = dnorm(dout, at + j, weights, wOffset + j, C - j);
                s1 = s1.add(d1);
                p1 = d1.fma(norm(inp, at + j, C - j, m, s), p1);
            }
            if (VL < 8) {
                int j = i + 2 * VL;
                int k = i + 3 * VL;
                FloatVector d2 = dnorm(dout, at + j, weights, wOffset + j, C - j);
                FloatVector d3 = dnorm(dout, at + k, weights, wOffset + k, C - k);
                s2 = s2.add(d2);
                s3 = s3.add(d3);
                p2 = d2.fma(norm(inp, at + j, C - j, m, s), p2);
                p3 = d3.fma(norm(inp, at + k, C - k, m, s), p3);
            }
        }
        float meanDnorm = fold(s0, s1, s2, s3) / C;
        FloatVector minusMeanProduct = FloatVector.broadcast(S, -(fold(p0, p1, p2, p3) / C));
        FloatVector scale = FloatVector.broadcast(S, s);
        for (int i = 0; i < C; i += VL) {
            int left = C - i;
            FloatVector d = dnorm(dout, at + i, weights, wOffset + i, left);
            FloatVector inner = norm(inp, at + i, left, m, s).fma(minusMeanProduct, d.sub(meanDnorm));
            store(dinp, at + i, left, inner.fma(scale, load(dinp, at + i, left)));
        }
    }

    private static FloatVector dnorm(float[] dout, int at, float[] weights, int wAt, int left) {
        return load(dout, at, left).mul(load(weights, wAt, left));
    }

    private static FloatVector norm(float[] inp, int at, int left, float mean, float rstd) {
        return load(inp, at, left).sub(mean).mul(rstd);
    }

    @Override
    public void attentionSoftmax(float[] x, int offset, int n, int end, float scale, float[] max, float[] inverseSum, int row) {
        float largest = max(x, offset, n);
        max[row] = largest;
        inverseSum[row] = 1f / expInPlace(x, offset, n, largest, scale);
        for (int j = n; j < end; j++) {
            x[offset + j] = 0f;
        }
    }

    @Override
    public double crossEntropy(float[] logits, int offset, int V, int target, float[] inverseSum, int row) {
        float largest = max(logits, offset, V);
        float correct = logits[offset + target];
        float sum = expInPlace(logits, offset, V, largest, 1f);
        inverseSum[row] = 1f / sum;
        return ScalarRows.loss(sum, largest, correct);
    }

    /** x = exp((x − largest)·scale) in place; returns the sum. */
    private static float expInPlace(float[] x, int offset, int n, float largest, float scale) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            s0 = s0.add(expAt(x, offset + i, n - i, largest, scale));
            if (VL < 16) {
                s1 = s1.add(expAt(x, offset + i + VL, n - i - VL, largest, scale));
            }
            if (VL < 8) {
                s2 = s2.add(expAt(x, offset + i + 2 * VL, n - i - 2 * VL, largest, scale));
                s3 = s3.add(expAt(x, offset + i + 3 * VL, n - i - 3 * VL, largest, scale));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    /** Replaces a vector's worth of x by its exponential and returns it, zero beyond the row. */
    private static FloatVector expAt(float[] x, int at, int left, float largest, float scale) {
        if (left >= VL) {
            FloatVector e = VectorMath.exp(FloatVector.fromArray(S, x, at).sub(largest).mul(scale));
            e.intoArray(x, at);
            return e;
        }
        VectorMask<Float> inside = S.indexInRange(0, left);
        FloatVector e = VectorMath.exp(FloatVector.fromArray(S, x, at, inside).sub(largest).mul(scale));
        e.intoArray(x, at, inside);
        return e.blend(0f, inside.not());
    }

    private static float max(float[] x, int offset, int n) {
        FloatVector largest = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += VL) {
            largest = largest.max(FloatVector.fromArray(S, x, offset + i));
        }
        if (whole < n) {
            VectorMask<Float> inside = S.indexInRange(0, n - whole);
            FloatVector tail = FloatVector.fromArray(S, x, offset + whole, inside);
            largest = largest.max(tail.blend(Float.NEGATIVE_INFINITY, inside.not()));
        }
        // The largest of a set does not depend on the order in which it is sought.
        if (VL > 8) {
            largest = largest.max(largest.rearrange(Lanes.SWAP_8));
        }
        if (VL > 4) {
            largest = largest.max(largest.rearrange(Lanes.SWAP_4));
        }
        largest = largest.max(largest.rearrange(Lanes.SWAP_2));
        return largest.max(largest.rearrange(Lanes.SWAP_1)).lane(0);
    }

    /** Folds the 16 virtual lanes by halves: j with j+8, then j+4, j+2, j+1. */
    private static float fold(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        FloatVector s = s0;
        if (VL == 16) {
            s = s.add(s.rearrange(Lanes.SWAP_8));
            s = s.add(s.rearrange(Lanes.SWAP_4));
        } else if (VL == 8) {
            s = s.add(s1);
            s = s.add(s.rearrange(Lanes.SWAP_4));
        } else {
            s = s.add(s2).add(s1.add(s3));
        }
        s = s.add(s.rearrange(Lanes.SWAP_2));
        return s.add(s.rearrange(Lanes.SWAP_1)).lane(0);
    }

    /** A vector from x[at], with zeros in the lanes beyond the {@code left} values that the row still has. */
    private static FloatVector load(float[] x, int at, int left) {
        return left >= VL ? FloatVector.fromArray(S, x, at) : FloatVector.fromArray(S, x, at, S.indexInRange(0, left));
    }

    private static void store(float[] x, int at, int left, FloatVector value) {
        if (left >= VL) {
            value.intoArray(x, at);
        } else {
            value.intoArray(x, at, S.indexInRange(0, left));
        }
    }
}
