package lockstep.node.layer;

import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.parallel.Workers;

import static lockstep.node.layer.CentralDifferences.check;
import static lockstep.node.layer.CentralDifferences.weigh;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Every layer's backward pass against central differences of its forward pass. */
class LayerGradientTest {
    private final Workers workers = new Workers(2);
    private final Compute compute = new Compute(workers, Kernels.vector());

    @AfterEach
    void stop() {
        workers.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 3", "3, 5, 7", "5, 24, 33"})
    void linear(int rows, int C, int OC) {
        Numbers numbers = new Numbers(rows);
        float[] inp = numbers.floats(rows * C);
        float[] params = numbers.floats(OC * C + OC);
        float[] dout = numbers.floats(rows * OC);
        float[] out = new float[rows * OC];
        Linear layer = new Linear(compute, rows, C, OC);
        float[] dinp = new float[rows * C];
        float[] grads = new float[params.length];
        layer.backward(dinp, grads, dout, inp, params, 0, OC * C, Into.ADD);
        check("dinp", dinp, inp, 0, () -> {
            layer.forward(out, inp, params, 0, OC * C);
            return weigh(out, dout);
        });
        check("dw and db", grads, params, 0, () -> {
            layer.forward(out, inp, params, 0, OC * C);
            return weigh(out, dout);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "4, 24", "3, 50"})
    void layerNorm(int rows, int C) {
        Numbers numbers = new Numbers(C);
        float[] inp = numbers.floats(rows * C, 2f);
        float[] params = numbers.floats(2 * C);
        float[] dout = numbers.floats(rows * C);
        float[] out = new float[rows * C];
        float[] mean = new float[rows];
        float[] rstd = new float[rows];
        LayerNorm layer = new LayerNorm(compute, rows, C);
        layer.forward(out, mean, rstd, inp, params, 0, C);
        float[] dinp = new float[rows * C];
        float[] grads = new float[2 * C];
        layer.backward(dinp, grads, dout, inp, mean, rstd, params, 0, C);
        check("dinp", dinp, inp, 0, () -> {
            layer.forward(out, mean, rstd, inp, params, 0, C);
            return weigh(out, dout);
        });
        check("dw and db", grads, params, 0, () -> {
            layer.forward(out, mean, rstd, inp, params, 0, C);
            return weigh(out, dout);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 1, 3", "2, 5, 2, 8", "1, 50, 2, 48", "1, 97, 1, 7"})
    void attention(int B, int T, int NH, int C) {
        Numbers numbers = new Numbers(T);
        float[] qkv = numbers.floats(B * T * 3 * C);
        float[] dout = numbers.floats(B * T * C);
        float[] out = new float[B * T * C];
        float[] max = new float[B * NH * T];
        float[] inverseSum = new float[B * NH * T];
        Attention layer = new Attention(compute, B, T, NH, C);
        layer.forward(out, max, inverseSum, qkv);
        float[] dqkv = numbers.floats(qkv.length);
        layer.backward(dqkv, dout, out, max, inverseSum, qkv);
        check("dqkv", dqkv, qkv, 0, () -> {
            layer.forward(out, max, inverseSum, qkv);
            return weigh(out, dout);
        });
    }

    @Test
    void attentionDoesNotLookAhead() {
        int T = 60;
        int C = 16;
        float[] qkv = new Numbers(1).floats(T * 3 * C);
        float[] before = new float[T * C];
        float[] after = new float[T * C];
        Attention layer = new Attention(compute, 1, T, 2, C);
        layer.forward(before, new float[2 * T], new float[2 * T], qkv);
        Arrays.fill(qkv, (T - 1) * 3 * C, T * 3 * C, 9f);
        layer.forward(after, new float[2 * T], new float[2 * T], qkv);
        assertEquals(0, Arrays.compare(before, 0, (T - 1) * C, after, 0, (T - 1) * C));
    }

    @Test
    void gelu() {
        int rows = 3;
        int C = 20;
        int hidden = 70;
        Numbers numbers = new Numbers(3);
        float[] inp = numbers.floats(rows * hidden, 3f);
        float[] params = numbers.floats(C * hidden + C);
        float[] dout = numbers.floats(rows * C);
        float[] activated = new float[rows * hidden];
        float[] out = new float[rows * C];
        Gelu gelu = new Gelu(compute, rows * hidden);
        Linear projection = new Linear(compute, rows, hidden, C);
        gelu.forward(activated, inp);
        float[] dinp = new float[rows * hidden];
        projection.backwardGelu(dinp, new float[params.length], dout, activated, inp, params, 0, C * hidden, Into.ADD);
        check("dinp", dinp, inp, 0, () -> {
            gelu.forward(activated, inp);
            projection.forward(out, activated, params, 0, C * hidden);
            return weigh(out, dout);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 5", "30, 24, 100"})
    void whatIsFusedWithAProductGivesTheBitsOfItsParts(int rows, int C, int OC) {
        Numbers numbers = new Numbers(rows);
        float[] inp = numbers.floats(rows * C, 2f);
        float[] params = numbers.floats(OC * C + OC);
        float[] residual = numbers.floats(rows * OC);
        float[] out = new float[rows * OC];
        float[] sum = new float[rows * OC];
        float[] activated = new float[rows * OC];
        float[] expected = new float[rows * OC];
        Linear layer = new Linear(compute, rows, C, OC);
        layer.forwardAdd(sum, residual, inp, params, 0, OC * C);
        layer.forwardGelu(out, activated, inp, params, 0, OC * C);
        float[] plain = new float[rows * OC];
        layer.forward(plain, inp, params, 0, OC * C);
        assertArrayEquals(plain, out);
        new Gelu(compute, rows * OC).forward(expected, plain);
        assertArrayEquals(expected, activated);
        for (int i = 0; i < sum.length; i++) {
            assertEquals(residual[i] + plain[i], sum[i], 0f);
        }
    }

    @Test
    void embedding() {
        int B = 2;
        int T = 6;
        int C = 20;
        int V = 4;
        Numbers numbers = new Numbers(5);
        int[] tokens = numbers.ints(B * T, V);
        float[] params = numbers.floats(V * C + T * C);
        float[] dout = numbers.floats(B * T * C);
        float[] out = new float[B * T * C];
        Embedding layer = new Embedding(compute, B, T, C);
        float[] grads = new float[params.length];
        layer.backward(grads, dout, tokens, 0, V * C);
        check("dwte and dwpe", grads, params, 0, () -> {
            layer.forward(out, tokens, params, 0, V * C);
            return weigh(out, dout);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 3", "5, 37, 8", "7, 100, 24"})
    void classifier(int rows, int V, int C) {
        Numbers numbers = new Numbers(rows);
        float[] x = numbers.floats(rows * C);
        float[] wte = numbers.floats(V * C);
        int[] targets = numbers.ints(rows, V);
        Classifier layer = new Classifier(compute, rows, V, C);
        float[] dx = new float[rows * C];
        float[] grads = new float[V * C];
        double loss = layer.lossAndGradient(dx, grads, x, targets, wte, 0, Into.ADD);
        assertEquals(loss, layer.loss(x, targets, wte, 0), 0.0);
        check("dx", dx, x, 0, () -> layer.loss(x, targets, wte, 0));
        check("dwte", grads, wte, 0, () -> layer.loss(x, targets, wte, 0));
    }
}
