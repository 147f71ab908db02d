package lockstep.node.kernel;

import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Values in a larger array whose rest is fenced off by NaNs of a pattern of their own: reading one of them poisons the result, writing one shows. A fence that
 * ends with the values lets the bounds check find what reads beyond them without use.
 */
public final class Fenced {
    private static final int MARK = 0x7fd5_a5a5;

    private final float[] array;
    private final int at;
    private final int n;
    private final float[] before;

    private Fenced(float[] values, int at, int after) {
        this.array = new float[at + values.length + after];
        this.at = at;
        this.n = values.length;
        Arrays.fill(array, Float.intBitsToFloat(MARK));
        System.arraycopy(values, 0, array, at, n);
        this.before = array.clone();
    }

    /** Values from index {@code at} on, {@code after} values of fence behind them. */
    public static Fenced of(float[] values, int at, int after) {
        return new Fenced(values, at, after);
    }

    public float[] array() {
        return array;
    }

    /** Index of the first value. */
    public int at() {
        return at;
    }

    /** The values as they now are. */
    public float[] values() {
        return Arrays.copyOfRange(array, at, at + n);
    }

    /** The values are those, to the bit, and the fence stands as it stood. */
    public void assertHolds(float[] expected) {
        assertEquals(expected.length, n);
        for (int i = 0; i < array.length; i++) {
            boolean inside = at <= i && i < at + n;
            assertSameBits(inside ? expected[i - at] : before[i], array[i], i - at);
        }
    }

    /** Nothing was written at all. */
    public void assertUntouched() {
        for (int i = 0; i < array.length; i++) {
            assertSameBits(before[i], array[i], i - at);
        }
    }

    private void assertSameBits(float expected, float actual, int index) {
        assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual),
            () -> "value " + index + " of " + n + ": expected " + expected + ", found " + actual);
    }
}
