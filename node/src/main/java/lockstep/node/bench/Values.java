package lockstep.node.bench;

/** Data that means nothing: spread by a multiplicative hash, the same each time, and never so small that arithmetic on it would be slow. */
final class Values {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long MIXER = 0xD6E8FEB86659FD93L;
    private static final int MANTISSA_BITS = 24;

    private Values() {}

    /** Uniform in [−1, 1). */
    static float[] floats(int n) {
        float[] x = new float[n];
        fill(x, 1f);
        return x;
    }

    /** Uniform in [−scale, scale). */
    static void fill(float[] x, float scale) {
        for (int i = 0; i < x.length; i++) {
            long z = (i + 1L) * GOLDEN;
            z = (z ^ z >>> Integer.SIZE) * MIXER;
            x[i] = scale * ((z >> Long.SIZE - MANTISSA_BITS) / (float) (1 << MANTISSA_BITS - 1));
        }
    }

    /** Token ids from 0 to V−1. */
    static int[] tokens(int n, int V, int seed) {
        int[] x = new int[n];
        for (int i = 0; i < n; i++) {
            x[i] = (int) Long.remainderUnsigned((i + 1L) * seed * GOLDEN >>> 16, V);
        }
        return x;
    }
}
