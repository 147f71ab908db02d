package lockstep.common.config;

/** The pieces that schedules are made of. */
final class Ramp {
    private Ramp() {}

    static void check(float peak, int warmup, int steps, float finalFraction) {
        Check.positiveFinite("--lr", peak);
        Check.notNegative("--warmup", warmup);
        Check.positive("--steps", steps);
        Check.fraction("--final-lr-fraction", finalFraction);
    }

    /** Linear warm-up; reaches peak at the last of the warmup steps. */
    static float up(float peak, int warmup, int step) {
        return (float) ((double) peak * (step + 1.0) / warmup);
    }

    /** How far step lies from start (0) to end (1); 1 beyond the end. */
    static double ratio(int step, int start, int end) {
        if (step >= end) {
            return 1.0;
        }
        return ((double) step - start) / ((double) end - start);
    }

    /** min + remaining·(peak − min), min = peak·finalFraction. */
    static float between(float peak, float finalFraction, double remaining) {
        double min = (double) peak * finalFraction;
        return (float) (min + remaining * (peak - min));
    }
}
