package lockstep.deploy.complete;

/** Seeds for texts that belong together. */
public final class Seeds {
    private Seeds() {}

    /**
     * A seed for each index, the first being the seed itself. Neighbouring seeds would make xorshift64* draw alike at first, so the others are mixed (SplitMix64's finaliser).
     *
     * @param index from 0 on
     */
    public static long of(long seed, int index) {
        if (index == 0) {
            return seed;
        }
        long z = seed + index * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
