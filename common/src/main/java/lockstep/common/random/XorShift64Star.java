package lockstep.common.random;

/** Marsaglia's xorshift64*, as llm.c's sampler uses it. */
public final class XorShift64Star {
    private static final long MULTIPLIER = 0x2545F4914F6CDD1DL;

    private long state;

    /** @param state where to start; 0, which the generator would never leave, is taken as llm.c's 1337 */
    public XorShift64Star(long state) {
        this.state = state == 0 ? 1337 : state;
    }

    /** 32 random bits. */
    public int nextInt() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return (int) (state * MULTIPLIER >>> 32);
    }

    /** Uniform in [0, 1), a multiple of 2⁻²⁴. */
    public float nextFloat() {
        return (nextInt() >>> 8) * 0x1p-24f;
    }

    public long state() {
        return state;
    }
}
