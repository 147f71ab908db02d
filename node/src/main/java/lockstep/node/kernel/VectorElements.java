package lockstep.node.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

import static lockstep.node.kernel.Lanes.VL;

/** {@link ElementKernels} with the Vector API. What is left over at the end of a range goes to the scalar twin, which gives the same bits. */
final class VectorElements implements ElementKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, S.vectorShape());
    private static final VectorSpecies<Float> HALF = VectorSpecies.of(float.class, VectorShape.forBitSize(S.vectorBitSize() / 2));
    /** Doubles in a vector. */
    private static final int DL = D.length();

    /** Values of an update that are passed over once for each vector of the lanes, so that the second time finds them in the first cache: 4 × 4 KiB. */
    private static final int STRIP = VL == ElementKernels.LANES ? UpdateSquares.BLOCK : 1024;

    private final ScalarElements tail = new ScalarElements();

    @Override
    public void add(float[] out, int outOffset, float[] a, int aOffset, float[] b, int bOffset, int n) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += VL) {
            FloatVector.fromArray(S, a, aOffset + i).add(FloatVector.fromArray(S, b, bOffset + i)).intoArray(out, outOffset + i);
        }
        tail.add(out, outOffset + whole, a, aOffset + whole, b, bOffset + whole, n - whole);
    }

    @Override
    public void accumulate(float[] out, int outOffset, float[] a, int aOffset, int n) {
        add(out, outOffset, out, outOffset, a, aOffset, n);
    }

    @Override
    public void scale(float[] x, int offset, int n, float factor) {
        int whole = S.loopBound(n);
        for (int i = offset; i < offset + whole; i += VL) {
            FloatVector.fromArray(S, x, i).mul(factor).intoArray(x, i);
        }
        tail.scale(x, offset + whole, n - whole, factor);
    }

    @Override
    public void divide(float[] x, int offset, int n, float divisor) {
        int whole = S.loopBound(n);
        for (int i = offset; i < offset + whole; i += VL) {
            FloatVector.fromArray(S, x, i).div(divisor).intoArray(x, i);
        }
        tail.divide(x, offset + whole, n - whole, divisor);
    }

    @Override
    public void multiplyAdd(float[] out, int outOffset, float factor, float[] x, int xOffset, int n) {
        int whole = S.loopBound(n);
        FloatVector factors = FloatVector.broadcast(S, factor);
        for (int i = 0; i < whole; i += VL) {
            factors.fma(FloatVector.fromArray(S, x, xOffset + i), FloatVector.fromArray(S, out, outOffset + i)).intoArray(out,
                outOffset + i);
        }
        tail.multiplyAdd(out, outOffset + whole, factor, x, xOffset + whole, n - whole);
    }

    @Override
    public void gelu(float[] out, float[] inp, int from, int to) {
        int whole = from + S.loopBound(to - from);
        FloatVector one = FloatVector.broadcast(S, 1f);
        for (int i = from; i < whole; i += VL) {
            FloatVector x = FloatVector.fromArray(S, inp, i);
            x.div(VectorMath.exp(minusTwoU(x, x.mul(x))).add(one)).intoArray(out, i);
        }
        tail.gelu(out, inp, whole, to);
    }

    private static FloatVector minusTwoU(FloatVector x, FloatVector square) {
        FloatVector inner = square.fma(FloatVector.broadcast(S, ScalarElements.GELU_3), FloatVector.broadcast(S, ScalarElements.GELU_1));
        return x.mul(inner).neg();
    }

    @Override
    public void geluBackward(float[] dinp, float[] dout, float[] inp, int from, int to) {
        int whole = from + S.loopBound(to - from);
        FloatVector one = FloatVector.broadcast(S, 1f);
        FloatVector slope1 = FloatVector.broadcast(S, ScalarElements.GELU_1);
        FloatVector slope3 = FloatVector.broadcast(S, 3f * ScalarElements.GELU_3);
        for (int i = from; i < whole; i += VL) {
            FloatVector x = FloatVector.fromArray(S, inp, i);
            FloatVector square = x.mul(x);
            FloatVector e = VectorMath.exp(minusTwoU(x, square));
            FloatVector sigmoid = one.div(e.add(one));
            FloatVector slope = x.mul(square.fma(slope3, slope1));
            FloatVector local = e.mul(sigmoid).mul(sigmoid).fma(slope, sigmoid);
            FloatVector.fromArray(S, dout, i).mul(local).intoArray(dinp, i);
        }
        tail.geluBackward(dinp, dout, inp, whole, to);
    }

    @Override
    public void columnSums(float[] sums, int sumsOffset, float[] x, int rows, int C, int from, int to) {
        int i = from;
        for (; i + 4 * VL <= to; i += 4 * VL) {
            columnSums4(sums, sumsOffset + i, x, i, rows, C);
        }
        for (; i + VL <= to; i += VL) {
            FloatVector sum = FloatVector.fromArray(S, sums, sumsOffset + i);
            for (int row = 0; row < rows; row++) {
                sum = sum.add(FloatVector.fromArray(S, x, row * C + i));
            }
            sum.intoArray(sums, sumsOffset + i);
        }
        tail.columnSums(sums, sumsOffset, x, rows, C, i, to);
    }

    /** Four vectors side by side: a row's columns come from memory as whole runs of cache lines. */
    private static void columnSums4(float[] sums, int at, float[] x, int from, int rows, int C) {
        FloatVector s0 = FloatVector.fromArray(S, sums, at);
        FloatVector s1 = FloatVector.fromArray(S, sums, at + VL);
        FloatVector s2 = FloatVector.fromArray(S, sums, at + 2 * VL);
        FloatVector s3 = FloatVector.fromArray(S, sums, at + 3 * VL);
        for (int row = 0; row < rows; row++) {
            int i = row * C + from;
            s0 = s0.add(FloatVector.fromArray(S, x, i));
            s1 = s1.add(FloatVector.fromArray(S, x, i + VL));
            s2 = s2.add(FloatVector.fromArray(S, x, i + 2 * VL));
            s3 = s3.add(FloatVector.fromArray(S, x, i + 3 * VL));
        }
        s0.intoArray(sums, at);
        s1.intoArray(sums, at + VL);
        s2.intoArray(sums, at + 2 * VL);
        s3.intoArray(sums, at + 3 * VL);
    }

    @Override
    public void layerNormColumns(float[] grads, int dwOffset, int dbOffset, float[] dout, float[] inp, float[] mean, float[] rstd, int rows,
        int C, int from, int to) {
        int i = from;
        for (; i + 2 * VL <= to; i += 2 * VL) {
            layerNormColumns2(grads, dwOffset + i, dbOffset + i, dout, inp, mean, rstd, rows, C, i);
        }
        for (; i + VL <= to; i += VL) {
            FloatVector dw = FloatVector.fromArray(S, grads, dwOffset + i);
            FloatVector db = FloatVector.fromArray(S, grads, dbOffset + i);
            for (int row = 0; row < rows; row++) {
                FloatVector norm = FloatVector.fromArray(S, inp, row * C + i).sub(mean[row]).mul(rstd[row]);
                FloatVector d = FloatVector.fromArray(S, dout, row * C + i);
                dw = d.fma(norm, dw);
                db = db.add(d);
            }
            dw.intoArray(grads, dwOffset + i);
            db.intoArray(grads, dbOffset + i);
        }
        tail.layerNormColumns(grads, dwOffset, dbOffset, dout, inp, mean, rstd, rows, C, i, to);
    }

    private static void layerNormColumns2(float[] grads, int dwAt, int dbAt, float[] dout, float[] inp, float[] mean, float[] rstd,
        int rows, int C, int from) {
        FloatVector dw0 = FloatVector.fromArray(S, grads, dwAt);
        FloatVector dw1 = FloatVector.fromArray(S, grads, dwAt + VL);
        FloatVector db0 = FloatVector.fromArray(S, grads, dbAt);
        FloatVector db1 = FloatVector.fromArray(S, grads, dbAt + VL);
        for (int row = 0; row < rows; row++) {
            int i = row * C + from;
            FloatVector m = FloatVector.broadcast(S, mean[row]);
            FloatVector s = FloatVector.broadcast(S, rstd[row]);
            FloatVector d0 = FloatVector.fromArray(S, dout, i);
            FloatVector d1 = FloatVector.fromArray(S, dout, i + VL);
            dw0 = d0.fma(FloatVector.fromArray(S, inp, i).sub(m).mul(s), dw0);
            dw1 = d1.fma(FloatVector.fromArray(S, inp, i + VL).sub(m).mul(s), dw1);
            db0 = db0.add(d0);
            db1 = db1.add(d1);
        }
        dw0.intoArray(grads, dwAt);
        dw1.intoArray(grads, dwAt + VL);
        db0.intoArray(grads, dbAt);
        db1.intoArray(grads, dbAt + VL);
    }

    @Override
    public void attentionProbabilities(float[] p, int offset, int n, float scale, float max, float inverseSum) {
        int whole = S.loopBound(n);
        for (int j = offset; j < offset + whole; j += VL) {
            VectorMath.exp(FloatVector.fromArray(S, p, j).sub(max).mul(scale)).mul(inverseSum).intoArray(p, j);
        }
        tail.attentionProbabilities(p, offset + whole, n - whole, scale, max, inverseSum);
    }

    @Override
    public void attentionScoreGradient(float[] dp, float[] p, int offset, int n, float d, float scale) {
        int whole = S.loopBound(n);
        for (int j = offset; j < offset + whole; j += VL) {
            FloatVector.fromArray(S, p, j).mul(FloatVector.fromArray(S, dp, j).sub(d)).mul(scale).intoArray(dp, j);
        }
        tail.attentionScoreGradient(dp, p, offset + whole, n - whole, d, scale);
    }

    @Override
    public void adamW(UpdateSquares squares, float[] params, float[] grads, float[] m, float[] v, int from, int to, AdamWFactors f) {
        squares.clear();
        for (int done = 0; done < to - from; done += UpdateSquares.BLOCK) {
            int block = from + done;
            int n = Math.min(UpdateSquares.BLOCK, to - block);
            squares.beginBlock();
            int whole = block + n / LANES * LANES;
            for (int strip = block; strip < whole; strip += STRIP) {
                for (int lane = 0; lane < LANES; lane += VL) {
                    adamWOfStrip(squares, params, grads, m, v, strip + lane, Math.min(strip + STRIP, whole), lane, f);
                }
            }
            ScalarElements.adamWOfBlock(squares, params, grads, m, v, block, whole, block + n, f);
            squares.endBlock();
        }
    }

    /**
     * Every 16th vector's worth of values from..to, those of the lanes lane..lane+VL, whose squares stay in registers: in memory at each turn they took 15 % more time, since a store waits behind those of weights and moments. Two vectors of
     * half the width in one turn took 67 % more.
     */
    private static void adamWOfStrip(UpdateSquares squares, float[] params, float[] grads, float[] m, float[] v, int from, int to, int lane,
        AdamWFactors f) {
        FloatVector beta1 = FloatVector.broadcast(S, f.beta1);
        FloatVector beta2 = FloatVector.broadcast(S, f.beta2);
        FloatVector decay = FloatVector.broadcast(S, f.decay);
        FloatVector minusLr = FloatVector.broadcast(S, -f.lr);
        FloatVector gradients = FloatVector.fromArray(S, squares.gradientLanes, lane);
        FloatVector weights = FloatVector.fromArray(S, squares.weightLanes, lane);
        FloatVector directions = FloatVector.fromArray(S, squares.directionLanes, lane);
        for (int i = from; i < to; i += LANES) {
            FloatVector p = FloatVector.fromArray(S, params, i);
            FloatVector raw = FloatVector.fromArray(S, grads, i);
            FloatVector g = raw.mul(f.gradScale);
            FloatVector mi = beta1.fma(FloatVector.fromArray(S, m, i), g.mul(1f - f.beta1));
            FloatVector vi = beta2.fma(FloatVector.fromArray(S, v, i), g.mul(1f - f.beta2).mul(g));
            FloatVector denominator = vi.mul(f.correction2).sqrt().add(f.eps);
            FloatVector direction = decay.fma(p, mi.mul(f.correction1).div(denominator));
            mi.intoArray(m, i);
            vi.intoArray(v, i);
            minusLr.fma(direction, p).intoArray(params, i);
            gradients = raw.fma(raw, gradients);
            weights = p.fma(p, weights);
            directions = direction.fma(direction, directions);
        }
        gradients.intoArray(squares.gradientLanes, lane);
        weights.intoArray(squares.weightLanes, lane);
        directions.intoArray(squares.directionLanes, lane);
    }

    /** The 16 virtual lanes are 2, 4 or 8 vectors of doubles, each widened from a vector of floats of half its size. */
    @Override
    public double sumOfSquares(double[] lanes, float[] x, int offset, int n) {
        DoubleVector s0 = DoubleVector.zero(D);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        int whole = n / LANES * LANES;
        for (int i = offset; i < offset + whole; i += LANES) {
            s0 = addSquares(s0, x, i);
            s1 = addSquares(s1, x, i + DL);
            if (VL < 16) {
                s2 = addSquares(s2, x, i + 2 * DL);
                s3 = addSquares(s3, x, i + 3 * DL);
            }
            if (VL < 8) {
                s4 = addSquares(s4, x, i + 4 * DL);
                s5 = addSquares(s5, x, i + 5 * DL);
                s6 = addSquares(s6, x, i + 6 * DL);
                s7 = addSquares(s7, x, i + 7 * DL);
            }
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, DL);
        if (VL < 16) {
            s2.intoArray(lanes, 2 * DL);
            s3.intoArray(lanes, 3 * DL);
        }
        if (VL < 8) {
            s4.intoArray(lanes, 4 * DL);
            s5.intoArray(lanes, 5 * DL);
            s6.intoArray(lanes, 6 * DL);
            s7.intoArray(lanes, 7 * DL);
        }
        ScalarElements.addSquares(lanes, x, offset + whole, n - whole);
        return ScalarElements.fold(lanes);
    }

    /** Squares of floats are exact in double, so that fma and multiply-then-add agree. */
    private static DoubleVector addSquares(DoubleVector sum, float[] x, int at) {
        DoubleVector wide = (DoubleVector) FloatVector.fromArray(HALF, x, at).convertShape(VectorOperators.F2D, D, 0);
        return wide.fma(wide, sum);
    }
}
