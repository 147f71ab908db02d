package lockstep.node.kernel;

import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Exp, GELU and GELU's slope against double precision, within the stated bounds, and vectors against plain loops to the bit: here for one float in a thousand, in
 * {@link EveryFloatTest} for all of them.
 */
class CurveAccuracyTest {
    /** A prime, so that no pattern of the mantissa escapes. */
    private static final int STRIDE = 1009;

    @ParameterizedTest
    @EnumSource
    void boundsHoldForOneFloatInAThousand(Curve curve) throws InterruptedException, ExecutionException {
        CurveErrors.sweep(curve, STRIDE).assertWithinBounds();
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-39f, -1e-39f, Float.MIN_NORMAL, -Float.MIN_NORMAL, 1e-9f, -1e-9f})
    void expOfNextToNothingIsOne(float x) {
        assertExp(1f, x);
    }

    @ParameterizedTest
    @ValueSource(floats = {-87.336555f, -88f, -103f, -104f, -1000f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY})
    void expIsZeroWhereItWouldBeSubnormal(float x) {
        assertTrue(x < ScalarMath.EXP_LOWEST);
        assertExp(0f, x);
    }

    @ParameterizedTest
    @ValueSource(floats = {88.37627f, 88.8f, 1000f, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
    void expSaturatesBeforeItOverflows(float x) {
        assertTrue(x > ScalarMath.EXP_HIGHEST && Float.isFinite(ScalarMath.exp(x)));
        assertExp(ScalarMath.exp(ScalarMath.EXP_HIGHEST), x);
    }

    @Test
    void expOfTheLowestIsTheLastNormal() {
        assertTrue(ScalarMath.exp(ScalarMath.EXP_LOWEST) >= Float.MIN_NORMAL);
        assertExp(0f, Math.nextDown(ScalarMath.EXP_LOWEST));
    }

    @Test
    void nanStaysNan() {
        for (Curve curve : Curve.values()) {
            assertBoth(curve, Float.NaN, Float.NaN);
            assertBoth(curve, Float.NaN, Float.intBitsToFloat(0xffc1_2345));
        }
    }

    @Test
    void geluKeepsTheSignOfZeroAndEndsInTheIdentity() {
        assertBoth(Curve.GELU, 0f, 0f);
        assertBoth(Curve.GELU, -0f, -0f);
        assertBoth(Curve.GELU_SLOPE, 0.5f, 0f);
        assertBoth(Curve.GELU_SLOPE, 0.5f, -0f);
        for (float x : new float[] {20f, 1e10f, Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
            assertBoth(Curve.GELU, x, x);
        }
        assertBoth(Curve.GELU_SLOPE, 1f, 20f);
        assertBoth(Curve.GELU_SLOPE, 1f, 1e10f);
    }

    private static void assertExp(float expected, float x) {
        assertBoth(Curve.EXP, expected, x);
    }

    private static void assertBoth(Curve curve, float expected, float x) {
        float[] values = new float[Lanes.VL];
        java.util.Arrays.fill(values, x);
        float[] out = new float[Lanes.VL];
        curve.scalar(out, values);
        assertEquals(expected, out[0]);
        curve.vector(out, values);
        for (float y : out) {
            assertEquals(expected, y);
        }
    }
}
