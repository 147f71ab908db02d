package lockstep.node.kernel;

/** Our own exponential, one value at a time: the specification of {@link VectorMath}. */
final class ScalarMath {
    /** Below this the result would be subnormal: it is 0. */
    static final float EXP_LOWEST = -87.33654f;
    /** Above this the result saturates, at 2.4e38, instead of overflowing. */
    static final float EXP_HIGHEST = 88.37626f;
    static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts; the first has so few bits that n·LN2_HIGH is exact. */
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    /** Adding 1.5·2²³ rounds a small float to an integer, ties to even, and leaves the integer in the low bits. */
    static final float ROUNDER = 12582912f;
    static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    static final int EXPONENT_BIAS = 127;
    static final int MANTISSA_BITS = 23;
    // The minimax polynomial of Cephes' expf: exp(r) = 1 + r + r²·p(r) on |r| <= ln(2)/2.
    static final float P0 = 1.9875691500e-4f;
    static final float P1 = 1.3981999507e-3f;
    static final float P2 = 8.3334519073e-3f;
    static final float P3 = 4.1665795894e-2f;
    static final float P4 = 1.6666665459e-1f;
    static final float P5 = 5.0000001201e-1f;

    private ScalarMath() {}

    /** eˣ within 1.011 ulp, of every float from EXP_LOWEST to EXP_HIGHEST, 0 below, saturated above; NaN gives NaN. */
    static float exp(float x) {
        float clamped = Math.min(Math.max(x, EXP_LOWEST), EXP_HIGHEST);
        float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
        float p = Math.fma(P0, r, P1);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P4);
        p = Math.fma(p, r, P5);
        p = Math.fma(p, r * r, r) + 1f;
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS + EXPONENT_BIAS << MANTISSA_BITS;
        float result = p * Float.intBitsToFloat(power);
        return x < EXP_LOWEST ? 0f : result;
    }
}
