package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import static lockstep.node.kernel.Lanes.VL;

/**
 * {@link RowKernels} with the Vector API. The 16 virtual lanes of a sum live in one vector of 512 bits, two of 256 or four of 128: accumulators 0..3, of which
 * the wider machines leave the later ones at zero, and C2 removes the branches on the constant width. What is left of a row after its groups of 16 is read under
 * masks, in code of its own: where a vector comes from one of two branches, C2 may put it on the heap.
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
        int left = n - whole;
        if (left > 0) {
            int a = xOffset + whole;
            int b = yOffset + whole;
            s0 = part(x, a, left).fma(part(y, b, left), s0);
            if (VL < 16) {
                s1 = part(x, a + VL, left - VL).fma(part(y, b + VL, left - VL), s1);
            }
            if (VL < 8) {
                s2 = part(x, a + 2 * VL, left - 2 * VL).fma(part(y, b + 2 * VL, left - 2 * VL), s2);
                s3 = part(x, a + 3 * VL, left - 3 * VL).fma(part(y, b + 3 * VL, left - 3 * VL), s3);
            }
        }
        return fold(s0, s1, s2, s3);
    }

    @Override
    public void layerNorm(float[] out, float[] mean, float[] rstd, float[] inp, float[] weights, int wOffset, int bOffset, int row, int C) {
        int at = row * C;
        float m = sum(inp, at, C) / C;
        float s = ScalarRows.rstd(sumOfCentredSquares(inp, at, C, m) / C);
        int whole = S.loopBound(C);
        for (int i = 0; i < whole; i += VL) {
            load(inp, at + i).sub(m).mul(s).fma(load(weights, wOffset + i), load(weights, bOffset + i)).intoArray(out, at + i);
        }
        int left = C - whole;
        if (left > 0) {
            FloatVector norm = part(inp, at + whole, left).sub(m).mul(s);
            norm.fma(part(weights, wOffset + whole, left), part(weights, bOffset + whole, left)).intoArray(out, at + whole,
                Lanes.first(left));
        }
        mean[row] = m;
        rstd[row] = s;
    }

    private static float sum(float[] x, int offset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = offset; i < offset + whole; i += LANES) {
            s0 = s0.add(load(x, i));
            if (VL < 16) {
                s1 = s1.add(load(x, i + VL));
            }
            if (VL < 8) {
                s2 = s2.add(load(x, i + 2 * VL));
                s3 = s3.add(load(x, i + 3 * VL));
            }
        }
        int left = n - whole;
        if (left > 0) {
            int i = offset + whole;
            s0 = s0.add(part(x, i, left));
            if (VL < 16) {
                s1 = s1.add(part(x, i + VL, left - VL));
            }
            if (VL < 8) {
                s2 = s2.add(part(x, i + 2 * VL, left - 2 * VL));
                s3 = s3.add(part(x, i + 3 * VL, left - 3 * VL));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    private static float sumOfCentredSquares(float[] x, int offset, int n, float mean) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = offset; i < offset + whole; i += LANES) {
            s0 = addSquare(s0, load(x, i).sub(mean));
            if (VL < 16) {
                s1 = addSquare(s1, load(x, i + VL).sub(mean));
            }
            if (VL < 8) {
                s2 = addSquare(s2, load(x, i + 2 * VL).sub(mean));
                s3 = addSquare(s3, load(x, i + 3 * VL).sub(mean));
            }
        }
        int left = n - whole;
        if (left > 0) {
            int i = offset + whole;
            s0 = addSquare(s0, centredPart(x, i, left, mean));
            if (VL < 16) {
                s1 = addSquare(s1, centredPart(x, i + VL, left - VL, mean));
            }
            if (VL < 8) {
                s2 = addSquare(s2, centredPart(x, i + 2 * VL, left - 2 * VL, mean));
                s3 = addSquare(s3, centredPart(x, i + 3 * VL, left - 3 * VL, mean));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    private static FloatVector addSquare(FloatVector sum, FloatVector x) {
        return x.fma(x, sum);
    }

    /** x − mean, and zero in the lanes beyond the row. */
    private static FloatVector centredPart(float[] x, int at, int left, float mean) {
        return part(x, at, left).lanewise(VectorOperators.SUB, mean, Lanes.first(left));
    }

    @Override
    public void layerNormBackward(float[] dinp, float[] dout, float[] inp, float[] mean, float[] rstd, float[] weights, int wOffset,
        int row, int C) {
        int at = row * C;
        float m = mean[row];
        float s = rstd[row];
        float meanDnorm = sumOfProducts(dout, at, weights, wOffset, C) / C;
        float meanProduct = sumOfNormProducts(dout, inp, at, weights, wOffset, m, s, C) / C;
        FloatVector minusMeanProduct = FloatVector.broadcast(S, -meanProduct);
        FloatVector scale = FloatVector.broadcast(S, s);
        int whole = S.loopBound(C);
        for (int i = 0; i < whole; i += VL) {
            FloatVector dnorm = load(dout, at + i).mul(load(weights, wOffset + i));
            FloatVector inner = load(inp, at + i).sub(m).mul(s).fma(minusMeanProduct, dnorm.sub(meanDnorm));
            inner.fma(scale, load(dinp, at + i)).intoArray(dinp, at + i);
        }
        int left = C - whole;
        if (left > 0) {
            int i = at + whole;
            FloatVector dnorm = part(dout, i, left).mul(part(weights, wOffset + whole, left));
            FloatVector inner = part(inp, i, left).sub(m).mul(s).fma(minusMeanProduct, dnorm.sub(meanDnorm));
            inner.fma(scale, part(dinp, i, left)).intoArray(dinp, i, Lanes.first(left));
        }
    }

    /** Σ x·w, each product rounded before it is added. */
    private static float sumOfProducts(float[] x, int offset, float[] weights, int wOffset, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            int a = offset + i;
            int w = wOffset + i;
            s0 = s0.add(load(x, a).mul(load(weights, w)));
            if (VL < 16) {
                s1 = s1.add(load(x, a + VL).mul(load(weights, w + VL)));
            }
            if (VL < 8) {
                s2 = s2.add(load(x, a + 2 * VL).mul(load(weights, w + 2 * VL)));
                s3 = s3.add(load(x, a + 3 * VL).mul(load(weights, w + 3 * VL)));
            }
        }
        int left = n - whole;
        if (left > 0) {
            int a = offset + whole;
            int w = wOffset + whole;
            s0 = s0.add(part(x, a, left).mul(part(weights, w, left)));
            if (VL < 16) {
                s1 = s1.add(part(x, a + VL, left - VL).mul(part(weights, w + VL, left - VL)));
            }
            if (VL < 8) {
                s2 = s2.add(part(x, a + 2 * VL, left - 2 * VL).mul(part(weights, w + 2 * VL, left - 2 * VL)));
                s3 = s3.add(part(x, a + 3 * VL, left - 3 * VL).mul(part(weights, w + 3 * VL, left - 3 * VL)));
            }
        }
        return fold(s0, s1, s2, s3);
    }

    /** Σ (dout·w)·norm by fma, norm = (inp − mean)·rstd. Beyond the row dout is zero, and so is the summand. */
    private static float sumOfNormProducts(float[] dout, float[] inp, int offset, float[] weights, int wOffset, float m, float s, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            int a = offset + i;
            int w = wOffset + i;
            s0 = load(dout, a).mul(load(weights, w)).fma(load(inp, a).sub(m).mul(s), s0);
            if (VL < 16) {
                s1 = load(dout, a + VL).mul(load(weights, w + VL)).fma(load(inp, a + VL).sub(m).mul(s), s1);
            }
            if (VL < 8) {
                int a2 = a + 2 * VL;
                int a3 = a + 3 * VL;
                s2 = load(dout, a2).mul(load(weights, w + 2 * VL)).fma(load(inp, a2).sub(m).mul(s), s2);
                s3 = load(dout, a3).mul(load(weights, w + 3 * VL)).fma(load(inp, a3).sub(m).mul(s), s3);
            }
        }
        int left = n - whole;
        if (left > 0) {
            int a = offset + whole;
            int w = wOffset + whole;
            s0 = normProductPart(dout, inp, a, weights, w, m, s, left, s0);
            if (VL < 16) {
                s1 = normProductPart(dout, inp, a + VL, weights, w + VL, m, s, left - VL, s1);
            }
            if (VL < 8) {
                s2 = normProductPart(dout, inp, a + 2 * VL, weights, w + 2 * VL, m, s, left - 2 * VL, s2);
                s3 = normProductPart(dout, inp, a + 3 * VL, weights, w + 3 * VL, m, s, left - 3 * VL, s3);
            }
        }
        return fold(s0, s1, s2, s3);
    }

    private static FloatVector normProductPart(float[] dout, float[] inp, int a, float[] weights, int w, float m, float s, int left,
        FloatVector sum) {
        return part(dout, a, left).mul(part(weights, w, left)).fma(part(inp, a, left).sub(m).mul(s), sum);
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

    /** x = exp((x − largest)·scale) in place; returns the sum. Two passes over a row that is in the cache: C2 inlines exp once, in a loop of its own. */
    private static float expInPlace(float[] x, int offset, int n, float largest, float scale) {
        int end = offset + S.loopBound(n);
        for (int i = offset; i < end; i += VL) {
            VectorMath.exp(load(x, i).sub(largest).mul(scale)).intoArray(x, i);
        }
        for (int i = end; i < offset + n; i++) {
            x[i] = ScalarMath.exp((x[i] - largest) * scale);
        }
        return sum(x, offset, n);
    }

    private static float max(float[] x, int offset, int n) {
        FloatVector largest = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int whole = S.loopBound(n);
        for (int i = offset; i < offset + whole; i += VL) {
            largest = largest.max(load(x, i));
        }
        int left = n - whole;
        if (left > 0) {
            FloatVector none = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
            largest = largest.max(none.blend(part(x, offset + whole, left), Lanes.first(left)));
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
        FloatVector quarter = VL == 16 ? foldInside8And4(s0) : VL == 8 ? foldInside4(s0.add(s1)) : s0.add(s2).add(s1.add(s3));
        FloatVector pair = quarter.add(quarter.rearrange(Lanes.SWAP_2));
        return pair.add(pair.rearrange(Lanes.SWAP_1)).lane(0);
    }

    private static FloatVector foldInside8And4(FloatVector s) {
        return foldInside4(s.add(s.rearrange(Lanes.SWAP_8)));
    }

    private static FloatVector foldInside4(FloatVector s) {
        return s.add(s.rearrange(Lanes.SWAP_4));
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }

    /** The first {@code left} values of a vector from x[at], zeros after them; none where left ≤ 0. */
    private static FloatVector part(float[] x, int at, int left) {
        return FloatVector.fromArray(S, x, at, Lanes.first(left));
    }
}
