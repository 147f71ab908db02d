package lockstep.common.checkpoint;

import java.util.OptionalDouble;

import lockstep.common.model.ModelShape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Small states, each decided by its step alone. */
final class Snapshots {
    static final ModelShape SHAPE = ModelShape.of(8, 5, 1, 1, 4);

    private Snapshots() {}

    static Snapshot of(int step) {
        WindowState loss = new WindowState(new double[] {0.1 + 0.2, 1e-300, -0.0, step}, 4, 3, 1.0 / 3, Double.MIN_VALUE);
        WindowState grad = new WindowState(new double[] {Double.NaN, Double.POSITIVE_INFINITY, Math.PI}, 3, 0, Double.NaN, 1e22);
        return new Snapshot(SHAPE, step, ramp(step), ramp(step + 0.25f), ramp(step + 0.5f), loss, grad, OptionalDouble.of(2.0 / 3),
            "bytes");
    }

    /** The same step after another history. */
    static Snapshot other(int step) {
        Snapshot s = of(step);
        s.v()[3] += 1;
        return s;
    }

    private static float[] ramp(float from) {
        float[] values = new float[(int) SHAPE.parameterCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i * 0x1p-10f;
        }
        return values;
    }

    static void assertSame(Snapshot expected, Snapshot found) {
        assertEquals(expected.shape(), found.shape());
        assertEquals(expected.step(), found.step());
        assertArrayEquals(expected.params(), found.params());
        assertArrayEquals(expected.m(), found.m());
        assertArrayEquals(expected.v(), found.v());
        assertEquals(expected.lossWindow(), found.lossWindow());
        assertEquals(expected.gradWindow(), found.gradWindow());
        assertEquals(expected.bestValLossNats(), found.bestValLossNats());
        assertEquals(expected.tokenizer(), found.tokenizer());
    }
}
