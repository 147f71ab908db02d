package lockstep.common.format;

import java.util.Random;

/** Numbers that nothing has so many of, and those beside the ends of what a type holds. */
public final class Absurd {
    private static final long[] ENDS =
        {0, 1, 1L << 15, 1L << 16, 1L << 24, 1L << 30, 1L << 31, 1L << 32, 1L << 40, 1L << 61, 1L << 62, Long.MIN_VALUE};

    private Absurd() {}

    /** Near a power of two, of either sign. */
    public static long number(Random random) {
        long number = ENDS[random.nextInt(ENDS.length)] + random.nextInt(-2, 3);
        return random.nextBoolean() ? number : -number;
    }
}
