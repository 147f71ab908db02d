package lockstep.node.train;

import java.util.Arrays;

/** Gradient arithmetic as plain loops. */
final class PlainSums implements GradientArithmetic {
    @Override
    public void add(float[] dst, float[] src) {
        add(dst, src, 0, dst.length);
    }

    @Override
    public void add(float[] dst, float[] src, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] += src[i];
        }
    }

    @Override
    public double averageAndNorm(float[] grads, int M) {
        double squares = 0;
        for (int i = 0; i < grads.length; i++) {
            grads[i] /= M;
            squares += (double) grads[i] * grads[i];
        }
        return Math.sqrt(squares);
    }

    @Override
    public void divide(float[] values, int offset, int count, int M) {
        for (int i = offset; i < offset + count; i++) {
            values[i] /= M;
        }
    }

    @Override
    public double norm(float[] grads) {
        return averageAndNorm(grads, 1);
    }

    @Override
    public long digest(float[] values) {
        return Arrays.hashCode(values);
    }
}
