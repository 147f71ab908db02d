package lockstep.node.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import static lockstep.node.kernel.Lanes.VL;

/** {@link ElementKernels} with the Vector API. What is left over at the end of a range goes to the scalar twin, which gives the same bits. */
final class VectorElements implements ElementKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, S.vectorShape());
    private static final int LANES = 16;

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
    public void columnSums(float[] sums, int sumsOffset, float[] x, int rows, int C, Columns columns) {
        int whole = columns.from() + S.loopBound(columns.to() - columns.from());
        for (int i = columns.from(); i < whole; i += VL) {
            FloatVector sum = FloatVector.fromArray(S, sums, sumsOffset + i);
            for (int row = 0; row < rows; row++) {
                sum = sum.add(FloatVector.fromArray(S, x, row * C + i));
            }
            sum.intoArray(sums, sumsOffset + i);
        }
        tail.columnSums(sums, sumsOffset, x, rows, C, new Columns(whole, columns.to()));
    }

    @Override
    public void layerNormColumns(float[] grads, int dwOffset, int dbOffset, float[] dout, float[] inp, float[] mean, float[] rstd, int rows,
        int C, Columns columns) {
        int whole = columns.from() + S.loopBound(columns.to() - columns.from());
        for (int i = columns.from(); i < whole; i += VL) {
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
        tail.layerNormColumns(grads, dwOffset, dbOffset, dout, inp, mean, rstd, rows, C, new Columns(whole, columns.to()));
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
    public void adamW(float[] params, float[] grads, float[] m, float[] v, int from, int to, AdamWFactors f) {
        int whole = from + S.loopBound(to - from);
        FloatVector beta1 = FloatVector.broadcast(S, f.beta1());
        FloatVector beta2 = FloatVector.broadcast(S, f.beta2());
        FloatVector decay = FloatVector.broadcast(S, f.decay());
        FloatVector minusLr = FloatVector.broadcast(S, -f.lr());
        for (int i = from; i < whole; i += VL) {
            FloatVector p = FloatVector.fromArray(S, params, i);
            FloatVector g = FloatVector.fromArray(S, grads, i).mul(f.gradScale());
            FloatVector mi = beta1.fma(FloatVector.fromArray(S, m, i), g.mul(1f - f.beta1()));
            FloatVector vi = beta2.fma(FloatVector.fromArray(S, v, i), g.mul(1f - f.beta2()).mul(g));
            FloatVector denominator = vi.mul(f.correction2()).sqrt().add(f.eps());
            FloatVector direction = decay.fma(p, mi.mul(f.correction1()).div(denominator));
            mi.intoArray(m, i);
            vi.intoArray(v, i);
            minusLr.fma(direction, p).intoArray(params, i);
        }
        tail.adamW(params, grads, m, v, whole, to, f);
    }

    @Override
    public double sumOfSquares(float[] x, int offset, int n) {
        int whole = n - n % LANES;
        if (VL < 8 || whole < n) {
            return tail.sumOfSquares(x, offset, n);
        }
        return VL == LANES ? sumOfSquares512(x, offset, n) : sumOfSquares256(x, offset, n);
    }

    private static double sumOfSquares512(float[] x, int offset, int n) {
        DoubleVector s0 = DoubleVector.zero(D);
        DoubleVector s1 = s0;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector f = FloatVector.fromArray(S, x, i);
            s0 = addSquare(s0, f, 0);
            s1 = addSquare(s1, f, 1);
        }
        DoubleVector s = s0.add(s1);
        return s.lane(0) + s.lane(4) + (s.lane(2) + s.lane(6)) + (s.lane(1) + s.lane(5) + (s.lane(3) + s.lane(7)));
    }

    private static double sumOfSquares256(float[] x, int offset, int n) {
        DoubleVector s0 = DoubleVector.zero(D);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector low = FloatVector.fromArray(S, x, i);
            FloatVector high = FloatVector.fromArray(S, x, i + VL);
            s0 = addSquare(s0, low, 0);
            s1 = addSquare(s1, low, 1);
            s2 = addSquare(s2, high, 0);
            s3 = addSquare(s3, high, 1);
        }
        DoubleVector s = s0.add(s2).add(s1.add(s3));
        return s.lane(0) + s.lane(2) + (s.lane(1) + s.lane(3));
    }

    /** Squares of floats are exact in double, so that fma and multiply-then-add agree. */
    private static DoubleVector addSquare(DoubleVector sum, FloatVector x, int part) {
        DoubleVector wide = (DoubleVector) x.convertShape(VectorOperators.F2D, D, part);
        return wide.fma(wide, sum);
    }
}
