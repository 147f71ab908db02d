package lockstep.node.train;

import lockstep.node.optimizer.GradientSums;

/** {@link GradientSums} as the loop sees it. */
record KernelSums(GradientSums sums) implements GradientArithmetic {
    @Override
    public void add(float[] dst, float[] src) {
        sums.add(dst, src);
    }

    @Override
    public double averageAndNorm(float[] grads, int M) {
        return sums.averageAndNorm(grads, M);
    }
}
