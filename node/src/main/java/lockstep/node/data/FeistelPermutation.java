package lockstep.node.data;

/**
 * A permutation of 0..n−1 that is computed, not stored: a balanced Feistel network over the next even number of bits, keyed by seed and epoch, walked along its
 * cycle until it falls below n. Any element costs a few dozen operations, so a run of any length resumes at any step without loader state.
 */
final class FeistelPermutation {
    private static final int ROUNDS = 8;
    /** 2⁶⁴ divided by the golden ratio: splitmix64's increment. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long n;
    private final int halfBits;
    private final long halfMask;
    private final long[] keys = new long[ROUNDS];

    /** @param n elements, from 1 to 2⁶² */
    FeistelPermutation(long n, long seed, long epoch) {
        if (n < 1 || n > 1L << 62) {
            throw new IllegalArgumentException("n must be from 1 to 2^62: n=" + n);
        }
        this.n = n;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(n - 1);
        this.halfBits = Math.max(1, (bits + 1) / 2);
        this.halfMask = (1L << halfBits) - 1;
        long base = mix(mix(seed + GOLDEN) + epoch);
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = mix(base + (round + 1) * GOLDEN);
        }
    }

    /** Where index goes; the domain has at most 4n elements, so the walk takes four steps or fewer on average. */
    long apply(long index) {
        long x = index;
        do {
            x = encrypt(x);
        } while (x >= n);
        return x;
    }

    private long encrypt(long x) {
        long left = x >>> halfBits;
        long right = x & halfMask;
        for (long key : keys) {
            long next = left ^ (mix(right + key) & halfMask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }

    /** splitmix64's finaliser: every input bit reaches every output bit. */
    private static long mix(long x) {
        long z = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
