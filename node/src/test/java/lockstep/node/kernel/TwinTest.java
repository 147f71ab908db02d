package lockstep.node.kernel;

import java.util.Arrays;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Every vector kernel gives the bits of its scalar twin, at sizes around every boundary, and leaves its surroundings alone. */
class TwinTest {
    private static final int PAD = 5;
    /** Never cleared: what a kernel finds there must not show. */
    private static final float[] LANES = new float[RowKernels.LANES];
    private final RowKernels scalarRows = Kernels.scalar().rows();
    private final RowKernels vectorRows = Kernels.vector().rows();
    private final ElementKernels scalar = Kernels.scalar().elements();
    private final ElementKernels vector = Kernels.vector().elements();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 47, 48, 63, 64, 65, 100, 129, 1009})
    void rowKernelsAgree(int n) {
        float[] x = new Numbers(n).floats(2 * n + 2 * PAD, 3f);
        float[] y = new Numbers(n + 1).floats(2 * n + 2 * PAD, 3f);
        assertSame(scalarRows.dot(LANES, x, PAD, y, PAD + 1, n), vectorRows.dot(LANES, x, PAD, y, PAD + 1, n));
        layerNormAgrees(n, x, y);
        softmaxAgrees(n, x);
    }

    private void layerNormAgrees(int C, float[] x, float[] weights) {
        float[][] expected = layerNorm(scalarRows, C, x, weights);
        float[][] actual = layerNorm(vectorRows, C, x, weights);
        for (int i = 0; i < expected.length; i++) {
            assertSame(expected[i], actual[i]);
        }
    }

    private static float[][] layerNorm(RowKernels rows, int C, float[] x, float[] weights) {
        float[] out = new float[2 * C + PAD];
        float[] mean = new float[3];
        float[] rstd = new float[3];
        rows.layerNorm(LANES, out, mean, rstd, x, weights, 2, C + 2, 1, C);
        float[] dinp = new Numbers(C + 2L).floats(2 * C + PAD);
        rows.layerNormBackward(LANES, dinp, out, x, mean, rstd, weights, 2, 1, C);
        return new float[][] {out, mean, rstd, dinp};
    }

    private void softmaxAgrees(int n, float[] scores) {
        float[][] x = {scores.clone(), scores.clone(), scores.clone(), scores.clone()};
        float[][] max = new float[2][2];
        float[][] inverse = new float[4][2];
        scalarRows.attentionSoftmax(LANES, x[0], PAD, n, n + 2, 0.7f, max[0], inverse[0], 1);
        vectorRows.attentionSoftmax(LANES, x[1], PAD, n, n + 2, 0.7f, max[1], inverse[1], 1);
        assertSame(x[0], x[1]);
        assertSame(max[0], max[1]);
        assertSame(inverse[0], inverse[1]);
        double expected = scalarRows.crossEntropy(LANES, x[2], PAD, n, n / 2, inverse[2], 0);
        assertEquals(expected, vectorRows.crossEntropy(LANES, x[3], PAD, n, n / 2, inverse[3], 0), 0.0);
        assertSame(x[2], x[3]);
        assertSame(inverse[2], inverse[3]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64, 65, 1009})
    void elementKernelsAgree(int n) {
        assertSame(elementwise(scalar, n), elementwise(vector, n));
    }

    private static float[] elementwise(ElementKernels kernels, int n) {
        Numbers numbers = new Numbers(n);
        float[] x = numbers.floats(n + 2 * PAD, 6f);
        float[] a = numbers.floats(n + 2 * PAD, 6f);
        float[] b = numbers.floats(n + 2 * PAD, 6f);
        kernels.add(x, 1, a, 2, b, 3, n);
        kernels.accumulate(x, PAD, a, 1, n);
        kernels.scale(x, 2, n, 0.3f);
        kernels.divide(x, 3, n, 7f);
        kernels.multiplyAdd(x, PAD, 1.7f, b, 3, n);
        kernels.gelu(a, x, PAD, PAD + n);
        kernels.geluBackward(b, a, x, PAD, PAD + n);
        kernels.attentionProbabilities(a, PAD, n, 0.3f, 6f, 0.01f);
        kernels.attentionScoreGradient(b, a, PAD, n, 0.2f, 0.5f);
        float[] all = new float[3 * x.length];
        System.arraycopy(x, 0, all, 0, x.length);
        System.arraycopy(a, 0, all, x.length, x.length);
        System.arraycopy(b, 0, all, 2 * x.length, x.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 15, 16, 17, 33, 48, 100})
    void columnKernelsAgree(int C) {
        float[][] sums = new float[2][];
        float[][] grads = new float[2][];
        for (int twin = 0; twin < 2; twin++) {
            ElementKernels kernels = twin == 0 ? scalar : vector;
            Numbers numbers = new Numbers(C);
            float[] x = numbers.floats(7 * C);
            float[] dout = numbers.floats(7 * C);
            sums[twin] = numbers.floats(C + 2);
            grads[twin] = numbers.floats(2 * C + 2);
            kernels.columnSums(sums[twin], 1, x, 7, C, C / 3, C);
            kernels.layerNormColumns(grads[twin], 1, C + 1, dout, x, numbers.floats(7), numbers.floats(7), 7, C, 0, C - C / 4);
        }
        assertSame(sums[0], sums[1]);
        assertSame(grads[0], grads[1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 64, 250, 16383, 16384, 16385, 40001})
    void adamWAndSumOfSquaresAgree(int n) {
        float[][] states = new float[2][];
        double[] squares = new double[2];
        double[][] ofUpdate = new double[2][];
        for (int twin = 0; twin < 2; twin++) {
            ElementKernels kernels = twin == 0 ? scalar : vector;
            Numbers numbers = new Numbers(n);
            float[] params = numbers.floats(n + 3);
            float[] grads = numbers.floats(n + 3);
            float[] m = numbers.floats(n + 3);
            float[] v = numbers.floats(n + 3);
            for (int i = 0; i < v.length; i++) {
                v[i] = Math.abs(v[i]);
            }
            UpdateSquares sums = new UpdateSquares();
            sums.endBlock(); // what an earlier call has left
            kernels.adamW(sums, params, grads, m, v, 2, n + 2, new AdamWFactors(0.9f, 0.95f, 1e-8f, 0.1f).set(3f, 5f, 1e-3f, 0.8f));
            squares[twin] = kernels.sumOfSquares(new double[16], grads, 1, n);
            ofUpdate[twin] = new double[] {sums.gradients(), sums.weights(), sums.directions()};
            states[twin] = new float[3 * (n + 3)];
            System.arraycopy(params, 0, states[twin], 0, n + 3);
            System.arraycopy(m, 0, states[twin], n + 3, n + 3);
            System.arraycopy(v, 0, states[twin], 2 * (n + 3), n + 3);
        }
        assertSame(states[0], states[1]);
        assertEquals(squares[0], squares[1], 0.0);
        assertArrayEquals(ofUpdate[0], ofUpdate[1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 5000, 16384, 16385, 65536})
    void squaresOfAnUpdateAreThoseOfPlainSums(int n) {
        Numbers numbers = new Numbers(n);
        float[] params = numbers.floats(n);
        float[] grads = numbers.floats(n, 1e-3f);
        float[] m = new float[n];
        float[] v = new float[n];
        double[] expected = new double[3];
        float[] before = params.clone();
        UpdateSquares sums = new UpdateSquares();
        vector.adamW(sums, params, grads, m, v, 0, n, new AdamWFactors(0.9f, 0.95f, 1e-8f, 0.1f).set(10f, 20f, 1f, 0.5f));
        for (int i = 0; i < n; i++) {
            double direction = m[i] * 10f / ((float) Math.sqrt(v[i] * 20f) + 1e-8f) + 0.1f * (double) before[i];
            expected[0] += (double) grads[i] * grads[i];
            expected[1] += (double) before[i] * before[i];
            expected[2] += direction * direction;
        }
        double bound = 1025 * 0x1p-24; // 1024 roundings of a lane, and those of the direction
        assertEquals(expected[0], sums.gradients(), bound * expected[0]);
        assertEquals(expected[1], sums.weights(), bound * expected[1]);
        assertEquals(expected[2], sums.directions(), (bound + 8 * 0x1p-24) * expected[2]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 191, 192, 193, 400})
    void productsAgree(int depth) {
        for (int m : new int[] {1, 5, 6, 12, 13, 25}) {
            for (int n : new int[] {1, 15, 16, 31, 32, 33, 70}) {
                float[] expected = product(Kernels.scalar(), m, n, depth);
                assertSame(expected, product(Kernels.vector(), m, n, depth));
            }
        }
    }

    /** A strided block inside a larger output, both operands row by row. */
    static float[] product(Kernels kernels, int m, int n, int depth) {
        TileKernel tile = kernels.tile();
        Numbers numbers = new Numbers(m * 1000L + n);
        float[] a = numbers.floats(m * depth);
        float[] b = numbers.floats(n * depth);
        float[] c = numbers.floats((m + 2) * (n + 3));
        float[] pa = new float[Math.toIntExact(PackKernel.size(m, depth, tile.mr()))];
        float[] pb = new float[Math.toIntExact(PackKernel.size(n, depth, tile.nr()))];
        kernels.pack().packRows(pa, 0, a, 0, depth, m, depth, tile.mr());
        kernels.pack().packRows(pb, 0, b, 0, depth, n, depth, tile.nr());
        BlockProduct block = new BlockProduct(tile);
        block.accumulate(c, n + 4, n + 3, new float[block.scratchFloats()], pa, 0, pb, 0, m, n, depth);
        return c;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "4, 4", "6, 8", "11, 7", "12, 16", "13, 17", "24, 9", "40, 40", "96, 65"})
    void packingMovesEachValueToItsPlace(int rows, int k) {
        PackKernel expected = Kernels.scalar().pack();
        PackKernel actual = Kernels.vector().pack();
        float[] x = new Numbers(rows).floats((rows + 3) * (k + 3) + PAD);
        for (int width : new int[] {4, 6, 8, 12, 16, 32}) {
            int n = Math.toIntExact(PackKernel.size(rows, k, width));
            float[][] packed = new float[4][n + 2 * PAD];
            for (float[] p : packed) {
                Arrays.fill(p, 7f);
            }
            expected.packRows(packed[0], PAD, x, 2, k + 3, rows, k, width);
            actual.packRows(packed[1], PAD, x, 2, k + 3, rows, k, width);
            assertSame(packed[0], packed[1]);
            expected.packColumns(packed[2], PAD, x, 2, rows + 3, rows, k, width);
            actual.packColumns(packed[3], PAD, x, 2, rows + 3, rows, k, width);
            assertSame(packed[2], packed[3]);
            assertEquals(x[2 + (rows - 1) * (k + 3) + k - 1],
                packed[0][PAD + (rows - 1) / width * width * k + (k - 1) * width + (rows - 1) % width]);
        }
    }

    private static void assertSame(float expected, float actual) {
        assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual), () -> expected + " against " + actual);
    }

    private static void assertSame(float[] expected, float[] actual) {
        // assertArrayEquals without a tolerance compares the bits, NaN apart
        assertArrayEquals(expected, actual);
    }
}
