package lockstep.node.kernel;

/** Reproducible test data. */
public final class Numbers {
    private long state;

    public Numbers(long seed) {
        state = seed;
    }

    /** Uniform in [−1, 1), by a linear congruential generator (Knuth's MMIX constants). */
    public float next() {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (state >> 40) / (float) (1 << 23);
    }

    public float[] floats(int n) {
        return floats(n, 1f);
    }

    public float[] floats(int n, float scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = next() * scale;
        }
        return x;
    }

    public int[] ints(int n, int bound) {
        int[] x = new int[n];
        for (int i = 0; i < n; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            x[i] = (int) Long.remainderUnsigned(state >>> 20, bound);
        }
        return x;
    }
}
