package lockstep.node.layer;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.node.kernel.Fenced;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The layers beside {@link Linear} touch their operands alone, and find what the scalar kernels find on one thread in arrays of just their size. */
class LayerFenceTest {
    private static final int AT = 11;
    private static final int ROOM = 37;
    private final Workers one = new Workers(1);
    private final Workers three = new Workers(3);
    private final Compute plain = new Compute(one, Kernels.scalar());

    @AfterEach
    void stop() {
        one.close();
        three.close();
    }

    /** Kernels, rows, C. */
    static Stream<Arguments> cases() {
        return Stream.of(Kernels.scalar(), Kernels.vector()).flatMap(kernels -> Stream.of(new int[] {1, 1}, new int[] {3, 5},
            new int[] {7, 48}, new int[] {50, 24}, new int[] {5, 97}).map(s -> Arguments.of(kernels, s[0], s[1])));
    }

    /** The gradients are read and written in place; mean and rstd are those that the forward pass left. */
    @ParameterizedTest
    @MethodSource("cases")
    void layerNorm(Kernels kernels, int rows, int C) {
        Numbers numbers = new Numbers(C);
        float[] inp = numbers.floats(rows * C, 2f);
        float[] params = numbers.floats(2 * C);
        float[] dout = numbers.floats(rows * C);
        float[][] expected = {new float[rows * C], new float[rows], new float[rows], numbers.floats(rows * C), numbers.floats(2 * C)};
        List<Fenced> in = List.of(first(inp), Fenced.of(params, AT, ROOM), first(dout));
        List<Fenced> out =
            List.of(first(expected[0]), first(expected[1]), first(expected[2]), first(expected[3]), Fenced.of(expected[4], AT, 0));
        LayerNorm twin = new LayerNorm(plain, rows, C);
        twin.forward(expected[0], expected[1], expected[2], inp, params, 0, C);
        twin.backward(expected[3], expected[4], dout, inp, expected[1], expected[2], params, 0, C);
        LayerNorm layer = new LayerNorm(new Compute(three, kernels), rows, C);
        layer.forward(out.get(0).array(), out.get(1).array(), out.get(2).array(), in.get(0).array(), in.get(1).array(), AT, AT + C);
        layer.backward(out.get(3).array(), out.get(4).array(), in.get(2).array(), in.get(0).array(), out.get(1).array(),
            out.get(2).array(), in.get(1).array(), AT, AT + C);
        assertHold(expected, out);
        in.forEach(Fenced::assertUntouched);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void attention(Kernels kernels, int T, int C) {
        int B = 2;
        int NH = C % 3 == 0 ? 3 : 1;
        Numbers numbers = new Numbers(T);
        float[] qkv = numbers.floats(B * T * 3 * C, 2f);
        float[] dout = numbers.floats(B * T * C);
        float[][] expected = {new float[B * T * C], new float[B * NH * T], new float[B * NH * T], new float[B * T * 3 * C]};
        List<Fenced> in = List.of(first(qkv), first(dout));
        List<Fenced> out = Stream.of(expected).map(LayerFenceTest::first).toList();
        Attention twin = new Attention(plain, B, T, NH, C);
        twin.forward(expected[0], expected[1], expected[2], qkv);
        twin.backward(expected[3], dout, expected[0], expected[1], expected[2], qkv);
        Attention layer = new Attention(new Compute(three, kernels), B, T, NH, C);
        layer.forward(out.get(0).array(), out.get(1).array(), out.get(2).array(), in.get(0).array());
        layer.backward(out.get(3).array(), in.get(1).array(), out.get(0).array(), out.get(1).array(), out.get(2).array(),
            in.get(0).array());
        assertHold(expected, out);
        in.forEach(Fenced::assertUntouched);
    }

    /** wte has rows that no token names, and wpe rows beyond T: they are fence as well. */
    @ParameterizedTest
    @MethodSource("cases")
    void embedding(Kernels kernels, int T, int C) {
        int B = 2;
        int V = 5;
        Numbers numbers = new Numbers(T);
        int[] tokens = numbers.ints(B * T, V);
        float[] params = numbers.floats((V + T) * C);
        float[] dout = numbers.floats(B * T * C);
        float[][] expected = {new float[B * T * C], numbers.floats((V + T) * C)};
        Fenced fencedParams = Fenced.of(params, AT, ROOM);
        Fenced fencedDout = first(dout);
        List<Fenced> out = List.of(first(expected[0]), Fenced.of(expected[1], AT, 0));
        Embedding twin = new Embedding(plain, B, T, C);
        twin.forward(expected[0], tokens, params, 0, V * C);
        twin.backward(expected[1], dout, tokens, 0, V * C);
        Embedding layer = new Embedding(new Compute(three, kernels), B, T, C);
        layer.forward(out.get(0).array(), tokens, fencedParams.array(), AT, AT + V * C);
        layer.backward(out.get(1).array(), fencedDout.array(), tokens, AT, AT + V * C);
        assertHold(expected, out);
        fencedParams.assertUntouched();
        fencedDout.assertUntouched();
    }

    /** Whatever the chunk: several of them give the bits of one. */
    @ParameterizedTest
    @MethodSource("cases")
    void classifier(Kernels kernels, int rows, int C) {
        for (int V : new int[] {1, 97}) {
            Numbers numbers = new Numbers(rows);
            int[] targets = numbers.ints(rows, V);
            float[] x = numbers.floats(rows * C);
            float[] wte = numbers.floats(V * C);
            float[][] expected = {new float[rows * C], numbers.floats(V * C)};
            float[] grads = expected[1].clone();
            double loss = new Classifier(plain, rows, V, C, rows).lossAndGradient(expected[0], expected[1], x, targets, wte, 0, Into.ADD);
            for (int chunk : new int[] {1, 3, 16, Math.max(1, rows - 1), rows, rows + 1}) {
                List<Fenced> in = List.of(first(x), Fenced.of(wte, AT, ROOM));
                List<Fenced> out = List.of(first(new float[rows * C]), Fenced.of(grads, AT, 0));
                Classifier layer = new Classifier(new Compute(three, kernels), rows, V, C, chunk);
                assertEquals(loss, layer.lossAndGradient(out.get(0).array(), out.get(1).array(), in.get(0).array(), targets,
                    in.get(1).array(), AT, Into.ADD));
                assertEquals(loss, layer.loss(in.get(0).array(), targets, in.get(1).array(), AT));
                assertHold(expected, out);
                in.forEach(Fenced::assertUntouched);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gelu(Kernels kernels, int rows, int C) {
        float[] inp = new Numbers(rows).floats(rows * C, 5f);
        float[] expected = new float[inp.length];
        new Gelu(plain, inp.length).forward(expected, inp);
        Fenced fenced = first(inp);
        Fenced out = first(new float[inp.length]);
        new Gelu(new Compute(three, kernels), inp.length).forward(out.array(), fenced.array());
        out.assertHolds(expected);
        fenced.assertUntouched();
    }

    private static void assertHold(float[][] expected, List<Fenced> out) {
        for (int i = 0; i < expected.length; i++) {
            out.get(i).assertHolds(expected[i]);
        }
    }

    /** A tensor that starts its array, as activations do. */
    private static Fenced first(float[] values) {
        return Fenced.of(values, 0, ROOM);
    }
}
