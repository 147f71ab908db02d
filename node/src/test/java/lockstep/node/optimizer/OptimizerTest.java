package lockstep.node.optimizer;

import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    private static double[] widen(float[] x) {
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            wide[i] = x[i];
        }
        return wide;
    }
}
