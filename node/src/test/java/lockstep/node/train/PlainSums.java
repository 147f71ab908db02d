package lockstep.node.train;

/** Gradient arithmetic as plain loops. */
final class PlainSums implements GradientArithmetic {
    @Override
    public void add(float[] dst, float[] src) {
        for (int i = 0; i < dst.length; i++) {
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
}
