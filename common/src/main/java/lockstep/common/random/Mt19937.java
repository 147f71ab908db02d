package lockstep.common.random;

/**
 * The Mersenne Twister of Matsumoto and Nishimura, seeded and read as PyTorch does it, together with torch's normal and llm.c's permutation; or seeded as Python
 * does it, with Python's shuffle.
 */
public final class Mt19937 {
    private static final int N = 624;
    private static final int M = 397;
    private static final int MATRIX = 0x9908b0df;
    private static final int UPPER = 0x80000000;
    private static final int LOWER = 0x7fffffff;
    /** torch draws normals in blocks of this many values, half of them cosines and half sines. */
    private static final int BLOCK = 16;
    private static final double TINY = 1e-12;
    private static final int ARRAY_SEED = 19650218;

    private final int[] state = new int[N];
    private int next = N;

    /** @param seed only its low 32 bits count, as in {@code torch.manual_seed} */
    public Mt19937(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    /**
     * The generator's own seeding by an array of one number, {@code init_by_array}, which is {@code random.Random(key)} of Python.
     *
     * @param key at least 0
     */
    public static Mt19937 ofKey(int key) {
        if (key < 0) {
            throw new IllegalArgumentException("key must be >= 0: key=" + key);
        }
        Mt19937 random = new Mt19937(ARRAY_SEED);
        int[] state = random.state;
        for (int k = 0, i = 1; k < N; k++) {
            state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1664525) + key;
            i = following(state, i);
        }
        for (int k = 0, i = 2; k < N - 1; k++) {
            state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1566083941) - i;
            i = following(state, i);
        }
        state[0] = UPPER;
        return random;
    }

    /** The place after i; behind the last comes the second, and the last value goes where its predecessor is looked for. */
    private static int following(int[] state, int i) {
        if (i < N - 1) {
            return i + 1;
        }
        state[0] = state[N - 1];
        return 1;
    }

    /** 32 random bits. */
    public int nextInt() {
        if (next == N) {
            refill();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private void refill() {
        for (int i = 0; i < N; i++) {
            int y = state[i] & UPPER | state[(i + 1) % N] & LOWER;
            state[i] = state[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : MATRIX);
        }
        next = 0;
    }

    /** Uniform in [0, 1), a multiple of 2⁻²⁴. */
    public float nextFloat() {
        return (nextInt() & 0xFFFFFF) * 0x1p-24f;
    }

    private double nextDouble() {
        long high = Integer.toUnsignedLong(nextInt());
        long low = Integer.toUnsignedLong(nextInt());
        return ((high << 32 | low) & (1L << 53) - 1) * 0x1p-53;
    }

    /**
     * n normal values in the order of {@code torch.normal_}: below 16 values by pairs of doubles, from 16 on by blocks, the last of which is redrawn where n is no
     * multiple of 16. Computed in double by StrictMath.
     */
    public void fillNormal(float[] data, int offset, int n, float mean, float std) {
        if (n < BLOCK) {
            fillFewNormals(data, offset, n, mean, std);
            return;
        }
        for (int i = 0; i < n; i++) {
            data[offset + i] = nextFloat();
        }
        for (int i = 0; i + BLOCK <= n; i += BLOCK) {
            normalBlock(data, offset + i, mean, std);
        }
        if (n % BLOCK != 0) {
            int last = offset + n - BLOCK;
            for (int i = 0; i < BLOCK; i++) {
                data[last + i] = nextFloat();
            }
            normalBlock(data, last, mean, std);
        }
    }

    private static void normalBlock(float[] data, int at, float mean, float std) {
        for (int t = 0; t < BLOCK / 2; t++) {
            double u1 = 1 - data[at + t];
            double u2 = data[at + t + BLOCK / 2];
            // A draw of 0, one in 2^24, makes u1 1. Beside it TINY vanishes in llm.c's floats; in doubles the root would be of a negative number.
            double radius = Math.sqrt(-2 * StrictMath.log(Math.min(1, u1 + TINY)));
            double theta = 2 * Math.PI * u2;
            data[at + t] = (float) (radius * StrictMath.cos(theta) * std + mean);
            data[at + t + BLOCK / 2] = (float) (radius * StrictMath.sin(theta) * std + mean);
        }
    }

    /** Box-Muller on doubles; the sine of a pair waits for the next value. */
    private void fillFewNormals(float[] data, int offset, int n, float mean, float std) {
        for (int i = 0; i < n; i += 2) {
            double u1 = nextDouble();
            double u2 = nextDouble();
            double radius = Math.sqrt(-2 * StrictMath.log1p(-u2));
            double theta = 2 * Math.PI * u1;
            data[offset + i] = (float) (radius * StrictMath.cos(theta) * std + mean);
            if (i + 1 < n) {
                data[offset + i + 1] = (float) (radius * StrictMath.sin(theta) * std + mean);
            }
        }
    }

    /** Shuffles in place as llm.c's {@code random_permutation}: Fisher-Yates from the end, j = r32 mod (i+1). */
    public void permute(int[] data) {
        for (int i = data.length - 1; i > 0; i--) {
            swap(data, i, Integer.remainderUnsigned(nextInt(), i + 1));
        }
    }

    /** Shuffles in place as Python's {@code random.shuffle}: Fisher-Yates from the end, j drawn from as many bits as i+1 has until it is no larger than i. */
    public void shuffle(int[] data) {
        for (int i = data.length - 1; i > 0; i--) {
            swap(data, i, nextUpTo(i));
        }
    }

    private int nextUpTo(int largest) {
        int unused = Integer.numberOfLeadingZeros(largest + 1);
        int drawn = nextInt() >>> unused;
        while (drawn > largest) {
            drawn = nextInt() >>> unused;
        }
        return drawn;
    }

    private static void swap(int[] data, int i, int j) {
        int kept = data[i];
        data[i] = data[j];
        data[j] = kept;
    }
}
