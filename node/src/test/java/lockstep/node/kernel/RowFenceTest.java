package lockstep.node.kernel;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Kernels that reduce along a row touch their operands alone, and find what plain loops find in arrays of just their size. */
class RowFenceTest {
    private static final RowKernels PLAIN = Kernels.scalar().rows();
    private static final int ROWS = 3;
    /** Never cleared: what a kernel finds there must not show. */
    private static final float[] LANES = new float[RowKernels.LANES];

    /** Kernels, a row's length, and values of fence after each operand. */
    static Stream<Arguments> cases() {
        return Stream.of(Kernels.scalar(), Kernels.vector()).flatMap(
            kernels -> Stream.of(1, 3, 5, 8, 15, 16, 17, 24, 31, 33, 48, 97)
                .flatMap(n -> Stream.of(0, 37).map(after -> Arguments.of(kernels.rows(), n, after))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dot(RowKernels kernels, int n, int after) {
        Fenced x = Fenced.of(new Numbers(n).floats(n), 3, after);
        Fenced y = Fenced.of(new Numbers(n + 1).floats(n), 7, after);
        assertEquals(PLAIN.dot(LANES, x.values(), 0, y.values(), 0, n), kernels.dot(LANES, x.array(), 3, y.array(), 7, n));
        x.assertUntouched();
        y.assertUntouched();
    }

    /** The middle one of three rows: its neighbours are fence too. */
    @ParameterizedTest
    @MethodSource("cases")
    void layerNorm(RowKernels kernels, int C, int after) {
        Numbers numbers = new Numbers(C);
        Fenced inp = Fenced.of(numbers.floats(C, 3f), C, after);
        Fenced weights = Fenced.of(numbers.floats(2 * C), 5, after);
        Fenced out = Fenced.of(new float[C], C, after);
        Fenced mean = Fenced.of(new float[1], 1, after);
        Fenced rstd = Fenced.of(new float[1], 1, after);
        float[][] expected = {new float[C], new float[1], new float[1]};
        PLAIN.layerNorm(LANES, expected[0], expected[1], expected[2], inp.values(), weights.values(), 0, C, 0, C);
        kernels.layerNorm(LANES, out.array(), mean.array(), rstd.array(), inp.array(), weights.array(), 5, 5 + C, 1, C);
        out.assertHolds(expected[0]);
        mean.assertHolds(expected[1]);
        rstd.assertHolds(expected[2]);
        inp.assertUntouched();
        weights.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormBackward(RowKernels kernels, int C, int after) {
        Numbers numbers = new Numbers(C);
        Fenced inp = Fenced.of(numbers.floats(C, 3f), C, after);
        Fenced dout = Fenced.of(numbers.floats(C), C, after);
        Fenced weight = Fenced.of(numbers.floats(C), 5, after);
        Fenced mean = Fenced.of(new float[] {0.1f}, 1, after);
        Fenced rstd = Fenced.of(new float[] {1.7f}, 1, after);
        Fenced dinp = Fenced.of(numbers.floats(C), C, after);
        float[] expected = dinp.values();
        PLAIN.layerNormBackward(LANES, expected, dout.values(), inp.values(), mean.values(), rstd.values(), weight.values(), 0, 0, C);
        kernels.layerNormBackward(LANES, dinp.array(), dout.array(), inp.array(), mean.array(), rstd.array(), weight.array(), 5, 1, C);
        dinp.assertHolds(expected);
        Stream.of(inp, dout, weight, mean, rstd).forEach(Fenced::assertUntouched);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void attentionSoftmax(RowKernels kernels, int n, int after) {
        for (int future : new int[] {0, 1, 19}) {
            float[] scores = new Numbers(n).floats(n + future, 4f);
            // what lies in the future is overwritten, never read
            Arrays.fill(scores, n, n + future, Float.NaN);
            Fenced x = Fenced.of(scores, 3, after);
            Fenced max = Fenced.of(new float[1], ROWS, after);
            Fenced inverseSum = Fenced.of(new float[1], ROWS, after);
            float[][] expected = {scores.clone(), new float[1], new float[1]};
            PLAIN.attentionSoftmax(LANES, expected[0], 0, n, n + future, 0.7f, expected[1], expected[2], 0);
            kernels.attentionSoftmax(LANES, x.array(), 3, n, n + future, 0.7f, max.array(), inverseSum.array(), ROWS);
            x.assertHolds(expected[0]);
            max.assertHolds(expected[1]);
            inverseSum.assertHolds(expected[2]);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void crossEntropy(RowKernels kernels, int V, int after) {
        for (int target : new int[] {0, V / 2, V - 1}) {
            Fenced logits = Fenced.of(new Numbers(V).floats(V, 4f), 3, after);
            Fenced inverseSum = Fenced.of(new float[1], ROWS, after);
            float[][] expected = {logits.values(), new float[1]};
            assertEquals(PLAIN.crossEntropy(LANES, expected[0], 0, V, target, expected[1], 0),
                kernels.crossEntropy(LANES, logits.array(), 3, V, target, inverseSum.array(), ROWS));
            logits.assertHolds(expected[0]);
            inverseSum.assertHolds(expected[1]);
        }
    }
}
