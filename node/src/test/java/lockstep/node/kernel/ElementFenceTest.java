package lockstep.node.kernel;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Kernels that treat each element or column by itself touch their operands alone, and find what plain loops find in arrays of just their size. */
class ElementFenceTest {
    private static final ElementKernels PLAIN = Kernels.scalar().elements();
    private static final int ROWS = 3;

    /** Kernels, a number of values, and values of fence after each operand. */
    static Stream<Arguments> cases() {
        return Stream.of(Kernels.scalar(), Kernels.vector()).flatMap(
            kernels -> Stream.of(0, 1, 3, 5, 8, 15, 16, 17, 24, 31, 33, 48, 64, 97)
                .flatMap(n -> Stream.of(0, 37).map(after -> Arguments.of(kernels.elements(), n, after))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void addAndAccumulate(ElementKernels kernels, int n, int after) {
        Fenced a = Fenced.of(new Numbers(n).floats(n), 3, after);
        Fenced b = Fenced.of(new Numbers(n + 1).floats(n), 7, after);
        Fenced out = Fenced.of(new float[n], 5, after);
        float[] expected = new float[n];
        PLAIN.add(expected, 0, a.values(), 0, b.values(), 0, n);
        kernels.add(out.array(), 5, a.array(), 3, b.array(), 7, n);
        out.assertHolds(expected);
        PLAIN.accumulate(expected, 0, a.values(), 0, n);
        kernels.accumulate(out.array(), 5, a.array(), 3, n);
        out.assertHolds(expected);
        a.assertUntouched();
        b.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void scaleDivideAndMultiplyAdd(ElementKernels kernels, int n, int after) {
        Fenced x = Fenced.of(new Numbers(n).floats(n), 3, after);
        Fenced out = Fenced.of(new Numbers(n + 1).floats(n), 5, after);
        float[] expected = out.values();
        PLAIN.multiplyAdd(expected, 0, 1.7f, x.values(), 0, n);
        kernels.multiplyAdd(out.array(), 5, 1.7f, x.array(), 3, n);
        x.assertUntouched();
        out.assertHolds(expected);
        PLAIN.scale(expected, 0, n, 0.3f);
        kernels.scale(out.array(), 5, n, 0.3f);
        out.assertHolds(expected);
        PLAIN.divide(expected, 0, n, 7f);
        kernels.divide(out.array(), 5, n, 7f);
        out.assertHolds(expected);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void geluAndItsBackwardPass(ElementKernels kernels, int n, int after) {
        Fenced inp = Fenced.of(new Numbers(n).floats(n, 6f), 3, after);
        Fenced dout = Fenced.of(new Numbers(n + 1).floats(n), 3, after);
        Fenced out = Fenced.of(new float[n], 3, after);
        Fenced dinp = Fenced.of(new float[n], 3, after);
        float[] expected = new float[n];
        PLAIN.gelu(expected, inp.values(), 0, n);
        kernels.gelu(out.array(), inp.array(), 3, 3 + n);
        out.assertHolds(expected);
        PLAIN.geluBackward(expected, dout.values(), inp.values(), 0, n);
        kernels.geluBackward(dinp.array(), dout.array(), inp.array(), 3, 3 + n);
        dinp.assertHolds(expected);
        // as the fused product runs it: the gradient in place
        kernels.geluBackward(dout.array(), dout.array(), inp.array(), 3, 3 + n);
        dout.assertHolds(expected);
        inp.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void attention(ElementKernels kernels, int n, int after) {
        Fenced p = Fenced.of(new Numbers(n).floats(n, 4f), 3, after);
        Fenced dp = Fenced.of(new Numbers(n + 1).floats(n), 3, after);
        float[][] expected = {p.values(), dp.values()};
        PLAIN.attentionProbabilities(expected[0], 0, n, 0.3f, 4f, 0.01f);
        kernels.attentionProbabilities(p.array(), 3, n, 0.3f, 4f, 0.01f);
        p.assertHolds(expected[0]);
        PLAIN.attentionScoreGradient(expected[1], expected[0], 0, n, 0.2f, 0.5f);
        kernels.attentionScoreGradient(dp.array(), p.array(), 3, n, 0.2f, 0.5f);
        dp.assertHolds(expected[1]);
        p.assertHolds(expected[0]);
    }

    /** Some columns of three rows: those beside them are fence too. */
    @ParameterizedTest
    @MethodSource("cases")
    void columnSums(ElementKernels kernels, int n, int after) {
        int C = n + 4;
        float[] plain = new Numbers(n).floats(ROWS * n);
        Fenced x = Fenced.of(spread(plain, n, C), 0, after);
        Fenced sums = Fenced.of(new Numbers(n + 1).floats(n), 5 + 1, after);
        float[] expected = sums.values();
        PLAIN.columnSums(expected, 0, plain, ROWS, n, 0, n);
        kernels.columnSums(sums.array(), 5, x.array(), ROWS, C, 1, 1 + n);
        sums.assertHolds(expected);
        x.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layerNormColumns(ElementKernels kernels, int n, int after) {
        int C = n + 4;
        Numbers numbers = new Numbers(n);
        float[] inp = numbers.floats(ROWS * n);
        float[] dout = numbers.floats(ROWS * n);
        Fenced fencedInp = Fenced.of(spread(inp, n, C), 0, after);
        Fenced fencedDout = Fenced.of(spread(dout, n, C), 0, after);
        Fenced mean = Fenced.of(numbers.floats(ROWS), 0, after);
        Fenced rstd = Fenced.of(numbers.floats(ROWS), 0, after);
        Fenced grads = Fenced.of(numbers.floats(2 * n), 5, after);
        float[] expected = grads.values();
        PLAIN.layerNormColumns(expected, 0, n, dout, inp, mean.values(), rstd.values(), ROWS, n, 0, n);
        kernels.layerNormColumns(grads.array(), 4, 4 + n, fencedDout.array(), fencedInp.array(), mean.array(), rstd.array(), ROWS, C, 1,
            1 + n);
        grads.assertHolds(expected);
        Stream.of(fencedInp, fencedDout, mean, rstd).forEach(Fenced::assertUntouched);
    }

    /** Rows of n values as rows of C, the others not a number, the first value at column 1. */
    private static float[] spread(float[] x, int n, int C) {
        float[] wide = new float[ROWS * C];
        Arrays.fill(wide, Float.NaN);
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(x, row * n, wide, row * C + 1, n);
        }
        return wide;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void adamW(ElementKernels kernels, int n, int after) {
        Numbers numbers = new Numbers(n);
        AdamWFactors factors = new AdamWFactors(0.9f, 0.95f, 1e-8f, 0.1f).set(1.2f, 1.3f, 1e-3f, 0.5f);
        Fenced params = Fenced.of(numbers.floats(n), 3, after);
        Fenced grads = Fenced.of(numbers.floats(n), 3, after);
        Fenced m = Fenced.of(numbers.floats(n), 3, after);
        float[] squares = numbers.floats(n);
        for (int i = 0; i < n; i++) {
            squares[i] *= squares[i];
        }
        Fenced v = Fenced.of(squares, 3, after);
        float[][] expected = {params.values(), m.values(), v.values()};
        PLAIN.adamW(new UpdateSquares(), expected[0], grads.values(), expected[1], expected[2], 0, n, factors);
        kernels.adamW(new UpdateSquares(), params.array(), grads.array(), m.array(), v.array(), 3, 3 + n, factors);
        params.assertHolds(expected[0]);
        m.assertHolds(expected[1]);
        v.assertHolds(expected[2]);
        grads.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sumOfSquares(ElementKernels kernels, int n, int after) {
        Fenced x = Fenced.of(new Numbers(n).floats(n), 3, after);
        double expected = PLAIN.sumOfSquares(new double[ElementKernels.LANES], x.values(), 0, n);
        assertEquals(expected, kernels.sumOfSquares(new double[ElementKernels.LANES], x.array(), 3, n));
        x.assertUntouched();
    }
}
