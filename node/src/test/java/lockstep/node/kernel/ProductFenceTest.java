package lockstep.node.kernel;

import java.util.Arrays;
import java.util.stream.Stream;

import jdk.incubator.vector.FloatVector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertThrows;

/** Packing, tile and block product touch their operands alone, and find what plain loops find. */
class ProductFenceTest {
    /** Kernels, rows, columns, depth, and values of fence after each operand. */
    static Stream<Arguments> cases() {
        return Stream.of(Kernels.scalar(), Kernels.vector())
            .flatMap(kernels -> Stream.of(new int[] {1, 1, 1}, new int[] {5, 7, 3}, new int[] {12, 32, 8}, new int[] {13, 33, 17},
                new int[] {24, 48, 9}, new int[] {37, 97, 20})
                .flatMap(s -> Stream.of(0, 37).map(after -> Arguments.of(kernels, s[0], s[1], s[2], after))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void packing(Kernels kernels, int rows, int columns, int k, int after) {
        for (int width : new int[] {kernels.tile().mr(), kernels.tile().nr(), 4, 6, 8, 12}) {
            float[] plain = new Numbers(rows).floats(rows * k);
            float[] expected = packed(plain, rows, k, width);
            // a row's rest belongs to others, but the last row's may not exist
            Fenced byRow = Fenced.of(spread(plain, rows, k, k + columns), 3, after);
            Fenced byColumn = Fenced.of(spread(transposed(plain, rows, k), k, rows, rows + columns), 3, after);
            for (Fenced x : new Fenced[] {byRow, byColumn}) {
                Fenced out = Fenced.of(new Numbers(1).floats(expected.length), 7, after);
                if (x == byRow) {
                    kernels.pack().packRows(out.array(), 7, x.array(), 3, k + columns, rows, k, width);
                } else {
                    kernels.pack().packColumns(out.array(), 7, x.array(), 3, rows + columns, rows, k, width);
                }
                out.assertHolds(expected);
                x.assertUntouched();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTile(Kernels kernels, int rows, int columns, int kc, int after) {
        TileKernel tile = kernels.tile();
        Numbers numbers = new Numbers(kc);
        float[] a = numbers.floats(tile.mr() * kc);
        float[] b = numbers.floats(tile.nr() * kc);
        float[] c = numbers.floats(tile.mr() * tile.nr());
        Fenced left = Fenced.of(packed(a, tile.mr(), kc, tile.mr()), 3, after);
        Fenced right = Fenced.of(packed(b, tile.nr(), kc, tile.nr()), 5, after);
        int ldc = tile.nr() + rows;
        Fenced out = Fenced.of(spread(c, tile.mr(), tile.nr(), ldc), 7, after);
        tile.multiply(out.array(), 7, ldc, out.array(), 7, ldc, left.array(), 3, right.array(), 5, kc);
        addProduct(c, a, b, tile.mr(), tile.nr(), kc);
        out.assertHolds(spread(c, tile.mr(), tile.nr(), ldc));
        left.assertUntouched();
        right.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBlockProduct(Kernels kernels, int m, int n, int kc, int after) {
        TileKernel tile = kernels.tile();
        BlockProduct block = new BlockProduct(tile);
        Numbers numbers = new Numbers(m);
        float[] a = numbers.floats(m * kc);
        float[] b = numbers.floats(n * kc);
        float[] c = numbers.floats(m * n);
        Fenced left = Fenced.of(packed(a, m, kc, tile.mr()), 3, after);
        Fenced right = Fenced.of(packed(b, n, kc, tile.nr()), 5, after);
        Fenced out = Fenced.of(spread(c, m, n, n + 3), 7, after);
        // scratch keeps what was there before: it must not show
        float[] scratch = new float[block.scratchFloats()];
        Arrays.fill(scratch, Float.NaN);
        block.accumulate(out.array(), 7, n + 3, scratch, left.array(), 3, right.array(), 5, m, n, kc);
        addProduct(c, a, b, m, n, kc);
        out.assertHolds(spread(c, m, n, n + 3));
        left.assertUntouched();
        right.assertUntouched();
    }

    /** The left operand where it lies, its last rows missing, and sums that start from one row elsewhere. */
    @ParameterizedTest
    @MethodSource("cases")
    void aTileOfRows(Kernels kernels, int rows, int columns, int kc, int after) {
        TileKernel tile = kernels.tile();
        int m = Math.min(rows, tile.mr());
        int lda = kc + columns;
        Numbers numbers = new Numbers(kc);
        float[] a = numbers.floats(m * kc);
        float[] b = numbers.floats(tile.nr() * kc);
        float[] row = numbers.floats(tile.nr());
        Fenced left = Fenced.of(spread(a, m, kc, lda), 3, after);
        Fenced right = Fenced.of(packed(b, tile.nr(), kc, tile.nr()), 5, after);
        Fenced start = Fenced.of(row, 2, after);
        Fenced out = Fenced.of(numbers.floats(tile.mr() * tile.nr()), 7, after);
        tile.multiplyRows(out.array(), 7, tile.nr(), start.array(), 2, 0, left.array(), 3, lda, m, right.array(), 5, kc);
        float[] c = repeated(row, tile.mr());
        addProduct(c, a, b, m, tile.nr(), kc);
        // what rows that don't exist came to is nobody's business, as long as it stays within the tile
        int defined = m * tile.nr();
        System.arraycopy(out.array(), 7 + defined, c, defined, c.length - defined);
        out.assertHolds(c);
        left.assertUntouched();
        right.assertUntouched();
        start.assertUntouched();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aBlockProductOfRows(Kernels kernels, int m, int n, int kc, int after) {
        BlockProduct block = new BlockProduct(kernels.tile());
        Numbers numbers = new Numbers(m);
        float[] a = numbers.floats(m * kc);
        float[] b = numbers.floats(n * kc);
        float[] row = numbers.floats(n);
        Fenced left = Fenced.of(spread(a, m, kc, kc + 3), 3, after);
        Fenced right = Fenced.of(packed(b, n, kc, kernels.tile().nr()), 5, after);
        Fenced start = Fenced.of(row, 2, after);
        Fenced out = Fenced.of(spread(numbers.floats(m * n), m, n, n + 3), 7, after);
        float[] scratch = new float[block.scratchFloats()];
        Arrays.fill(scratch, Float.NaN);
        block.multiplyRows(out.array(), 7, n + 3, start.array(), 2, 0, scratch, left.array(), 3, kc + 3, right.array(), 5, m, n, kc);
        float[] c = repeated(row, m);
        addProduct(c, a, b, m, n, kc);
        out.assertHolds(spread(c, m, n, n + 3));
        // and on from there, packed: what it starts from is the output itself
        block.multiply(out.array(), 7, n + 3, out.array(), 7, n + 3, scratch, packed(a, m, kc, kernels.tile().mr()), 0, right.array(), 5, m,
            n, kc);
        addProduct(c, a, b, m, n, kc);
        out.assertHolds(spread(c, m, n, n + 3));
        left.assertUntouched();
        right.assertUntouched();
        start.assertUntouched();
    }

    private static float[] repeated(float[] row, int times) {
        float[] all = new float[times * row.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        return all;
    }

    /** What the other tests rely on: without the JVM's own checks a read beyond an array would go unnoticed. */
    @Test
    void boundsChecksAreOn() {
        float[] x = new float[Lanes.VL];
        assertThrows(IndexOutOfBoundsException.class, () -> FloatVector.fromArray(Lanes.SPECIES, x, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> FloatVector.zero(Lanes.SPECIES).intoArray(x, -1));
    }

    /** c[i][j] += Σ a[i][k]·b[j][k], k ascending. */
    private static void addProduct(float[] c, float[] a, float[] b, int m, int n, int kc) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < kc; k++) {
                    c[i * n + j] = Math.fma(a[i * kc + k], b[j * kc + k], c[i * n + j]);
                }
            }
        }
    }

    /** Panels as {@link PackKernel} describes them. */
    private static float[] packed(float[] x, int rows, int k, int width) {
        float[] packed = new float[Math.toIntExact(PackKernel.size(rows, k, width))];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < k; i++) {
                packed[r / width * width * k + i * width + r % width] = x[r * k + i];
            }
        }
        return packed;
    }

    private static float[] transposed(float[] x, int rows, int columns) {
        float[] turned = new float[x.length];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < columns; i++) {
                turned[i * rows + r] = x[r * columns + i];
            }
        }
        return turned;
    }

    /** Rows that lie {@code stride} apart, not a number between them; the last one ends the array. */
    private static float[] spread(float[] x, int rows, int columns, int stride) {
        float[] wide = new float[(rows - 1) * stride + columns];
        Arrays.fill(wide, Float.NaN);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, r * columns, wide, r * stride, columns);
        }
        return wide;
    }
}
