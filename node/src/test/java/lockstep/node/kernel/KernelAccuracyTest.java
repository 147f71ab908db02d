package lockstep.node.kernel;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Every kernel against a plain loop in double precision, within the bound that n roundings of 2⁻²⁴ give. */
class KernelAccuracyTest {
    private static final double UNIT = Math.scalb(1.0, -24);

    static Stream<Arguments> implementations() {
        return Stream.of(Kernels.scalar(), Kernels.vector()).flatMap(k -> Stream.of(1, 5, 16, 33, 48, 200).map(n -> Arguments.of(k, n)));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dotIsWithinItsBound(Kernels kernels, int n) {
        float[] x = new Numbers(n).floats(n);
        float[] y = new Numbers(n + 7).floats(n);
        double exact = 0;
        double magnitude = 0;
        for (int i = 0; i < n; i++) {
            exact += (double) x[i] * y[i];
            magnitude += Math.abs((double) x[i] * y[i]);
        }
        assertEquals(exact, kernels.rows().dot(new float[RowKernels.LANES], x, 0, y, 0, n), n * UNIT * magnitude + 1e-30);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void productsAreWithinTheirBound(Kernels kernels, int depth) {
        int m = 13;
        int n = 37;
        Numbers numbers = new Numbers(depth);
        float[] a = numbers.floats(m * depth);
        float[] b = numbers.floats(n * depth);
        TileKernel tile = kernels.tile();
        float[] pa = new float[Math.toIntExact(PackKernel.size(m, depth, tile.mr()))];
        float[] pb = new float[Math.toIntExact(PackKernel.size(n, depth, tile.nr()))];
        float[] bColumns = new float[b.length];
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < depth; k++) {
                bColumns[k * n + j] = b[j * depth + k];
            }
        }
        kernels.pack().packRows(pa, 0, a, 0, depth, m, depth, tile.mr());
        kernels.pack().packColumns(pb, 0, bColumns, 0, n, n, depth, tile.nr());
        float[] c = new float[m * n];
        BlockProduct block = new BlockProduct(tile);
        block.accumulate(c, 0, n, new float[block.scratchFloats()], pa, 0, pb, 0, m, n, depth);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double exact = 0;
                double magnitude = 0;
                for (int k = 0; k < depth; k++) {
                    double product = (double) a[i * depth + k] * b[j * depth + k];
                    exact += product;
                    magnitude += Math.abs(product);
                }
                assertEquals(exact, c[i * n + j], depth * UNIT * magnitude + 1e-30);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void layerNormMatchesDoublePrecision(Kernels kernels, int C) {
        Numbers numbers = new Numbers(C);
        float[] x = numbers.floats(C);
        float[] weights = numbers.floats(2 * C);
        float[] out = new float[C];
        kernels.rows().layerNorm(new float[RowKernels.LANES], out, new float[1], new float[1], x, weights, 0, C, 0, C);
        double mean = 0;
        for (float value : x) {
            mean += value / (double) C;
        }
        double variance = 0;
        for (float value : x) {
            variance += (value - mean) * (value - mean) / C;
        }
        double rstd = 1 / Math.sqrt(variance + RowKernels.LAYER_NORM_EPSILON);
        for (int i = 0; i < C; i++) {
            // the mean is off by C units at most, which rstd magnifies
            double tolerance = (C + 8) * UNIT * (rstd + 1) * 4;
            assertEquals((x[i] - mean) * rstd * weights[i] + weights[C + i], out[i], tolerance);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void softmaxAndCrossEntropyMatchDoublePrecision(Kernels kernels, int n) {
        float[] logits = new Numbers(n).floats(n, 8f);
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double expected = Math.log(sum) - logits[n / 3];
        float[] inverse = new float[1];
        float[] x = logits.clone();
        assertEquals(expected, kernels.rows().crossEntropy(new float[RowKernels.LANES], x, 0, n, n / 3, inverse, 0), (n + 8) * UNIT * 4);
        for (int j = 0; j < n; j++) {
            double probability = Math.exp(logits[j]) / sum;
            assertEquals(probability, (double) x[j] * inverse[0], (n + 40) * UNIT * probability);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void geluMatchesDoublePrecision(Kernels kernels, int n) {
        float[] x = new Numbers(n).floats(n, 8f);
        float[] y = new float[n];
        float[] dx = new float[n];
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1f);
        kernels.elements().gelu(y, x, 0, n);
        kernels.elements().geluBackward(dx, ones, x, 0, n);
        for (int i = 0; i < n; i++) {
            assertEquals(gelu(x[i]), y[i], 16 * UNIT * (1 + Math.abs(x[i])));
            double slope = (gelu(x[i] + 1e-5) - gelu(x[i] - 1e-5)) / 2e-5;
            assertEquals(slope, dx[i], 1e-6);
        }
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }
}
