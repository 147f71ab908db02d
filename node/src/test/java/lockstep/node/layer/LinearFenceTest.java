package lockstep.node.layer;

import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.node.kernel.Fenced;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.parallel.Workers;

/**
 * The parallel product as {@link Linear} uses it, to the bit what three plain loops give, with operands inside larger arrays: it touches them alone, at any shape
 * and whatever is packed at a time.
 */
class LinearFenceTest {
    private static final int AT = 11;
    private final Workers workers = new Workers(3);

    @AfterEach
    void stop() {
        workers.close();
    }

    /** Kernels, rows, C, OC, and values of fence after each operand. The last two shapes have more k, and more rows of such, than are packed at a time. */
    static Stream<Arguments> cases() {
        return Stream.of(Kernels.scalar(), Kernels.vector())
            .flatMap(kernels -> Stream.of(new int[] {1, 1, 1}, new int[] {1, 48, 144}, new int[] {3, 5, 7}, new int[] {13, 48, 97},
                new int[] {50, 24, 33}, new int[] {97, 17, 1009}, new int[] {7, 1600, 19}, new int[] {1400, 800, 3})
                .flatMap(s -> Stream.of(0, 37).map(after -> Arguments.of(kernels, s[0], s[1], s[2], after))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void forward(Kernels kernels, int rows, int C, int OC, int after) {
        Numbers numbers = new Numbers(rows);
        Fenced inp = Fenced.of(numbers.floats(rows * C), 0, after);
        Fenced params = Fenced.of(numbers.floats(OC * C + OC), AT, after);
        Fenced residual = Fenced.of(numbers.floats(rows * OC), 0, after);
        Fenced out = Fenced.of(new float[rows * OC], 0, after);
        Fenced activated = Fenced.of(new float[rows * OC], 0, after);
        float[] expected = product(inp.values(), params.values(), rows, C, OC);
        Linear layer = new Linear(new Compute(workers, kernels), rows, C, OC);
        layer.forward(out.array(), inp.array(), params.array(), AT, AT + OC * C);
        out.assertHolds(expected);
        layer.forwardGelu(out.array(), activated.array(), inp.array(), params.array(), AT, AT + OC * C);
        out.assertHolds(expected);
        float[] curved = new float[expected.length];
        Kernels.scalar().elements().gelu(curved, expected, 0, expected.length);
        activated.assertHolds(curved);
        layer.forwardAdd(out.array(), residual.array(), inp.array(), params.array(), AT, AT + OC * C);
        Kernels.scalar().elements().accumulate(expected, 0, residual.values(), 0, expected.length);
        out.assertHolds(expected);
        Stream.of(inp, params, residual).forEach(Fenced::assertUntouched);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void backward(Kernels kernels, int rows, int C, int OC, int after) {
        Numbers numbers = new Numbers(rows);
        Fenced inp = Fenced.of(numbers.floats(rows * C), 0, after);
        Fenced geluInp = Fenced.of(numbers.floats(rows * C, 4f), 0, after);
        Fenced dout = Fenced.of(numbers.floats(rows * OC), 0, after);
        Fenced params = Fenced.of(numbers.floats(OC * C + OC), AT, after);
        Fenced grads = Fenced.of(numbers.floats(OC * C + OC), AT, after);
        Fenced dinp = Fenced.of(new float[rows * C], 0, after);
        float[] dparams = grads.values();
        addParameterGradient(dparams, dout.values(), inp.values(), rows, C, OC);
        float[] expected = inputGradient(dout.values(), params.values(), rows, C, OC);
        Linear layer = new Linear(new Compute(workers, kernels), rows, C, OC);
        layer.backward(dinp.array(), grads.array(), dout.array(), inp.array(), params.array(), AT, AT + OC * C, Into.ADD);
        dinp.assertHolds(expected);
        grads.assertHolds(dparams);
        layer.backwardGelu(dinp.array(), grads.array(), dout.array(), inp.array(), geluInp.array(), params.array(), AT, AT + OC * C,
            Into.ADD);
        Kernels.scalar().elements().geluBackward(expected, expected, geluInp.values(), 0, expected.length);
        dinp.assertHolds(expected);
        addParameterGradient(dparams, dout.values(), inp.values(), rows, C, OC);
        grads.assertHolds(dparams);
        Stream.of(inp, geluInp, dout, params).forEach(Fenced::assertUntouched);
    }

    /** out[r][o] = b[o] + Σ inp[r][c]·w[o][c], c ascending. */
    private static float[] product(float[] inp, float[] params, int rows, int C, int OC) {
        float[] out = new float[rows * OC];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OC; o++) {
                float sum = params[OC * C + o];
                for (int c = 0; c < C; c++) {
                    sum = Math.fma(inp[r * C + c], params[o * C + c], sum);
                }
                out[r * OC + o] = sum;
            }
        }
        return out;
    }

    /** dinp[r][c] = Σ dout[r][o]·w[o][c], o ascending. */
    private static float[] inputGradient(float[] dout, float[] params, int rows, int C, int OC) {
        float[] dinp = new float[rows * C];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OC; o++) {
                for (int c = 0; c < C; c++) {
                    dinp[r * C + c] = Math.fma(dout[r * OC + o], params[o * C + c], dinp[r * C + c]);
                }
            }
        }
        return dinp;
    }

    /** dw[o][c] += Σ dout[r][o]·inp[r][c] and db[o] += Σ dout[r][o], r ascending. */
    private static void addParameterGradient(float[] grads, float[] dout, float[] inp, int rows, int C, int OC) {
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < OC; o++) {
                for (int c = 0; c < C; c++) {
                    grads[o * C + c] = Math.fma(dout[r * OC + o], inp[r * C + c], grads[o * C + c]);
                }
                grads[OC * C + o] += dout[r * OC + o];
            }
        }
    }
}
