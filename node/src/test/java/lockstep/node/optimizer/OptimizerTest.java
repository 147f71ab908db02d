package lockstep.node.optimizer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.config.AdamWSettings;
import lockstep.common.config.Decay;
import lockstep.common.model.Chunks;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.Numbers;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OptimizerTest {
    private static final ModelShape SHAPE = new ModelShape(5, 20, 128, 1, 2, 8);
    private final Workers workers = new Workers(3);
    private final ParameterLayout layout = new ParameterLayout(SHAPE);

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void theNormIsTakenOfTheAverageInDouble() {
        float[] grads = new Numbers(1).floats(3 * Chunks.FLOATS + 77);
        double squares = 0;
        for (float g : grads) {
            double average = g / 6f;
            squares += average * average;
        }
        float[] expected = grads.clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] /= 6f;
        }
        double norm = new GradientSums(workers, Kernels.vector()).averageAndNorm(grads, 6);
        assertEquals(Math.sqrt(squares), norm, 1e-9 * norm);
        assertTrue(Arrays.equals(expected, grads));
    }

    @Test
    void sumsAddAndClear() {
        float[] sum = new Numbers(1).floats(Chunks.FLOATS + 5);
        float[] other = new Numbers(2).floats(Chunks.FLOATS + 5);
        float[] expected = sum.clone();
        for (int i = 0; i < sum.length; i++) {
            expected[i] += other[i];
        }
        GradientSums sums = new GradientSums(workers, Kernels.vector());
        sums.add(sum, other, 0, sum.length);
        assertTrue(Arrays.equals(expected, sum));
        sums.zero(sum);
        assertTrue(Arrays.equals(new float[sum.length], sum));
    }

    @Test
    void decayOfMatricesLeavesBiasesAndNormsAlone() {
        for (Decay decay : Decay.values()) {
            float[] params = new float[layout.count()];
            Arrays.fill(params, 1f);
            new AdamW(new AdamWSettings(0.9f, 0.95f, 1e-8f, 0.5f, decay, 1f), layout, workers, Kernels.vector()).step(params,
                new float[params.length], new float[params.length], new float[params.length], 0, 0.1f, 1f);
            for (Tensor tensor : Tensor.values()) {
                float expected = decay == Decay.ALL || tensor.matrix() ? 0.95f : 1f;
                assertEquals(expected, params[layout.offset(tensor)], 1e-6f, tensor.label());
                assertEquals(expected, params[layout.offset(tensor) + layout.size(tensor) - 1], 1e-6f, tensor.label());
            }
        }
    }

    @Test
    void stepsFollowTheFormulaInDouble() {
        float[] params = new Numbers(3).floats(layout.count());
        double[] p = widen(params);
        double[] m = new double[p.length];
        double[] v = new double[p.length];
        float[] fm = new float[p.length];
        float[] fv = new float[p.length];
        AdamW adamW = new AdamW(new AdamWSettings(0.9f, 0.999f, 1e-8f, 0.1f, Decay.ALL, 1f), layout, workers, Kernels.vector());
        for (int step = 0; step < 5; step++) {
            float[] grads = new Numbers(10 + step).floats(p.length);
            adamW.step(params, grads, fm, fv, step, 1e-2f, 0.5f);
            for (int i = 0; i < p.length; i++) {
                double g = 0.5 * grads[i];
                m[i] = 0.9f * m[i] + (1 - 0.9f) * g;
                v[i] = 0.999f * v[i] + (1 - 0.999f) * g * g;
                double mHat = m[i] / (1 - StrictMath.pow(0.9f, step + 1));
                double vHat = v[i] / (1 - StrictMath.pow(0.999f, step + 1));
                p[i] -= 1e-2f * (mHat / (Math.sqrt(vHat) + 1e-8) + 0.1 * p[i]);
            }
        }
        for (int i = 0; i < p.length; i++) {
            assertEquals(p[i], params[i], 2e-6);
        }
    }

    /** Two blocks of a size at which a layer's tensors are cut, and more than a piece in wte. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void normsOfALayerArePutTogetherFromItsPartOfEachTensor(int threads) {
        ParameterLayout blocks = new ParameterLayout(new ModelShape(5, 600, 640, 2, 2, 136));
        float[] params = new Numbers(3).floats(blocks.count());
        float[] before = params.clone();
        float[] grads = new Numbers(4).floats(blocks.count(), 1e-3f);
        LayerNorms norms;
        try (Workers some = new Workers(threads)) {
            norms = new AdamW(AdamWSettings.DEFAULT, blocks, some, Kernels.vector())
                .step(params, grads, new float[params.length], new float[params.length], 0, 0.5f, 1f).copy();
        }
        assertEquals(List.of("wte", "wpe", "h0", "h1", "lnf"), norms.names());
        for (int layer = 0; layer < 5; layer++) {
            double[] squares = new double[3];
            for (int i : placesOf(layer, blocks)) {
                double update = (double) params[i] - before[i];
                squares[0] += (double) grads[i] * grads[i];
                squares[1] += (double) before[i] * before[i];
                squares[2] += update * update;
            }
            assertEquals(Math.sqrt(squares[0]), norms.gradient(layer), 3.1e-5 * norms.gradient(layer));
            assertEquals(Math.sqrt(squares[1]), norms.weight(layer), 3.1e-5 * norms.weight(layer));
            assertEquals(Math.sqrt(squares[2]), norms.update(layer), 3.1e-5 * norms.update(layer));
            assertEquals(Math.log10(Math.sqrt(squares[2] / squares[1])), norms.updateRatioLog10(layer).orElseThrow(), 3e-5);
        }
    }

    /** By the names of the tensors, and not by how AdamW cuts them. */
    private static int[] placesOf(int layer, ParameterLayout layout) {
        IntStream all = IntStream.empty();
        for (Tensor tensor : Tensor.values()) {
            int part = layout.size(tensor) / (tensor.perLayer() ? 2 : 1);
            String name = tensor.label().startsWith("lnf") ? "lnf" : tensor.label();
            boolean whole = !tensor.perLayer() && name.equals(List.of("wte", "wpe", "", "", "lnf").get(layer));
            boolean block = tensor.perLayer() && (layer == 2 || layer == 3);
            int start = layout.offset(tensor) + (block ? (layer - 2) * part : 0);
            if (whole || block) {
                all = IntStream.concat(all, IntStream.range(start, start + part));
            }
        }
        return all.toArray();
    }

    @Test
    void whatHasNoWeightsOrMovesNotHasNoRatio() {
        LayerNorms norms = LayerNorms.of(List.of("a", "b", "c", "d"), new double[] {1, 1, 1, 1}, new double[] {0, 2, 0, 2},
            new double[] {1, 0, 0, Double.POSITIVE_INFINITY});
        for (int layer = 0; layer < 4; layer++) {
            assertTrue(norms.updateRatioLog10(layer).isEmpty(), norms.names().get(layer));
        }
    }

    private static double[] widen(float[] x) {
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            wide[i] = x[i];
        }
        return wide;
    }
}
