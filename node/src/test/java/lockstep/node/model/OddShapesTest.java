package lockstep.node.model;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.common.format.DebugState;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.layer.Compute;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The whole model at small and odd shapes: loss and gradient are those of a plain GPT-2 in double precision, and the same bits for scalar and vector kernels, any
 * number of threads and any recomputation. What no token of the batch may reach, rows of wte beyond V and of wpe beyond T, is not a number.
 */
class OddShapesTest {
    /** Relative to the norm of a tensor's gradient: 32 roundings of 2⁻²⁴, where 10 were measured. */
    private static final double TOLERANCE = 2e-6;
    private static final float UNTOUCHED = 7f;

    /** B, T, V, L, NH, C. */
    static Stream<Arguments> shapes() {
        return Stream.of(
            new int[] {1, 1, 97, 2, 2, 48}, new int[] {3, 1, 97, 2, 2, 48}, new int[] {1, 3, 2, 1, 1, 1}, new int[] {2, 7, 1, 1, 1, 5},
            new int[] {2, 9, 97, 3, 2, 48}, new int[] {2, 9, 1009, 2, 5, 40}, new int[] {5, 13, 33, 1, 1, 24},
            new int[] {1, 47, 50, 2, 4, 16},
            new int[] {1, 48, 50, 2, 4, 16}, new int[] {1, 49, 50, 2, 4, 16}, new int[] {2, 65, 15, 2, 3, 9},
            new int[] {1, 97, 31, 1, 1, 17})
            .map(s -> Arguments.of(s[0], s[1], ModelShape.of(s[1] + 2, s[2], s[3], s[4], s[5])));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theGradientIsThatOfAPlainModel(int B, int T, ModelShape shape) {
        Run run = new Run(B, T, shape);
        Result result = run.with(Kernels.vector(), 2, Recompute.NONE);
        PlainGpt2 plain = new PlainGpt2(shape, B, T, run.params);
        assertEquals(plain.lossAndGradient(run.tokens, run.targets), result.loss, 1e-6);
        for (Tensor tensor : Tensor.values()) {
            assertClose(tensor, run.layout, plain.grads(), result.grads);
        }
    }

    private static void assertClose(Tensor tensor, ParameterLayout layout, double[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int i = layout.offset(tensor); i < layout.offset(tensor) + layout.size(tensor); i++) {
            // where there is no gradient, the run has left what was there
            double found = actual[i] == UNTOUCHED ? 0 : actual[i];
            difference += (found - expected[i]) * (found - expected[i]);
            norm += expected[i] * expected[i];
        }
        double error = Math.sqrt(difference);
        double bound = TOLERANCE * Math.sqrt(norm) + 1e-12;
        assertTrue(error <= bound, () -> tensor.label() + ": off by " + error + ", more than " + bound);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theBitsAreThoseOfScalarKernelsOnOneThread(int B, int T, ModelShape shape) {
        Run run = new Run(B, T, shape);
        Result expected = run.with(Kernels.scalar(), 1, Recompute.NONE);
        for (Recompute recompute : Recompute.values()) {
            for (int threads : new int[] {1, 3}) {
                Result result = run.with(Kernels.vector(), threads, recompute);
                assertEquals(expected.loss, result.loss, 0.0);
                assertEquals(-1, Arrays.mismatch(expected.grads, result.grads), () -> recompute + " on " + threads + " threads");
            }
        }
    }

    /** The plain model itself against PyTorch. */
    @Test
    void thePlainModelIsPyTorchs() {
        Golden golden = Golden.load("tiny");
        DebugState state = golden.state();
        PlainGpt2 plain = new PlainGpt2(golden.shape(), state.B(), state.T(), golden.params());
        assertEquals(state.lossNats(), plain.lossAndGradient(state.x(), state.y()), 1e-6);
        ParameterLayout layout = new ParameterLayout(golden.shape());
        for (Tensor tensor : Tensor.values()) {
            assertClose(tensor, layout, plain.grads(), state.gradients());
        }
    }

    private record Result(double loss, float[] grads) {}

    /** Random parameters and a batch for them. */
    private static final class Run {
        final int B;
        final int T;
        final ParameterLayout layout;
        final float[] params;
        final int[] tokens;
        final int[] targets;

        Run(int B, int T, ModelShape shape) {
            this.B = B;
            this.T = T;
            this.layout = new ParameterLayout(shape);
            Numbers numbers = new Numbers(shape.hashCode());
            this.params = numbers.floats(layout.count(), 0.4f);
            this.tokens = numbers.ints(B * T, shape.V());
            this.targets = numbers.ints(B * T, shape.V());
            fillUnreachable(params, Float.NaN);
        }

        Result with(Kernels kernels, int threads, Recompute recompute) {
            float[] grads = new float[params.length];
            fillUnreachable(grads, UNTOUCHED);
            try (Workers workers = new Workers(threads)) {
                Gpt2 model = new Gpt2(layout.shape(), B, T, params, new Compute(workers, kernels), recompute);
                double loss = model.accumulateGradient(grads, tokens, targets);
                assertEquals(loss, model.loss(tokens, targets), 0.0);
                assertUnreached(grads);
                return new Result(loss, grads);
            }
        }

        private void fillUnreachable(float[] x, float value) {
            int C = layout.shape().C();
            int wte = layout.offset(Tensor.WTE);
            int wpe = layout.offset(Tensor.WPE);
            Arrays.fill(x, wte + layout.shape().V() * C, wte + layout.shape().Vp() * C, value);
            Arrays.fill(x, wpe + T * C, wpe + layout.shape().maxT() * C, value);
        }

        private void assertUnreached(float[] grads) {
            float[] expected = grads.clone();
            fillUnreachable(expected, UNTOUCHED);
            assertEquals(-1, Arrays.mismatch(expected, grads));
        }
    }
}
