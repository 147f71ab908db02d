package lockstep.node.train;

import lockstep.node.optimizer.ChunkDigest;
import lockstep.node.optimizer.GradientSums;

/** {@link GradientSums} and {@link ChunkDigest} as the loop sees it. */
record KernelSums(GradientSums sums, ChunkDigest digest) implements GradientArithmetic {
    @Override
    public void add(float[] dst, float[] src) {
        sums.add(dst, src);
    }

    @Override
    public void add(float[] dst, float[] src, int from, int to) {
        sums.add(dst, src, from, to);
    }

    @Override
    public double averageAndNorm(float[] grads, int M) {
        return sums.averageAndNorm(grads, M);
    }

    @Override
    public void divide(float[] values, int offset, int count, int M) {
        sums.divide(values, offset, count, M);
    }

    @Override
    public double norm(float[] grads) {
        return sums.averageAndNorm(grads, 1);
    }

    @Override
    public long digest(float[] values) {
        return digest.of(values);
    }
}
