package lockstep.node.kernel;

/**
 * c += a·b of packed operands on one thread, blocked for the caches: a panel of b (KC, nr) stays in L1 while the panels of a pass by, which stay in L2. Since
 * each output goes on where it stopped, the blocks leave no trace in the bits.
 */
public final class BlockProduct {
    /** Inner dimension of a block: a panel of b then takes KC·32·4 bytes = 24 KiB. */
    private static final int KC = 192;

    private final TileKernel tile;

    public BlockProduct(TileKernel tile) {
        this.tile = tile;
    }

    public TileKernel tile() {
        return tile;
    }

    /** Floats of scratch that {@link #accumulate} needs per thread. */
    public int scratchFloats() {
        return tile.mr() * tile.nr();
    }

    /**
     * c[i][j] += Σ a[i][k]·b[j][k] for an (m,n) block of the output, k = 0 … depth−1 ascending.
     *
     * @param c rows ldc apart, the block's first value at cOffset
     * @param scratch {@link #scratchFloats()} floats of this thread, for tiles that reach beyond the block
     * @param a m rows as panels of width mr
     * @param b n rows as panels of width nr
     */
    public void accumulate(float[] c, int cOffset, int ldc, float[] scratch, Packed a, Packed b, int m, int n, int depth) {
        int mr = tile.mr();
        int nr = tile.nr();
        for (int k = 0; k < depth; k += KC) {
            int kc = Math.min(KC, depth - k);
            for (int j = 0; j < n; j += nr) {
                int bPanel = b.offset() + j * b.depth() + k * nr;
                int columns = Math.min(nr, n - j);
                for (int i = 0; i < m; i += mr) {
                    int aPanel = a.offset() + i * a.depth() + k * mr;
                    int rows = Math.min(mr, m - i);
                    int at = cOffset + i * ldc + j;
                    if (rows == mr && columns == nr) {
                        tile.multiply(c, at, ldc, a.data(), aPanel, b.data(), bPanel, kc);
                    } else {
                        copy(scratch, 0, nr, c, at, ldc, rows, columns);
                        tile.multiply(scratch, 0, nr, a.data(), aPanel, b.data(), bPanel, kc);
                        copy(c, at, ldc, scratch, 0, nr, rows, columns);
                    }
                }
            }
        }
    }

    private static void copy(float[] to, int toOffset, int toStride, float[] from, int fromOffset, int fromStride, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(from, fromOffset + i * fromStride, to, toOffset + i * toStride, columns);
        }
    }

    /**
     * Panels that {@link Panels} packed.
     *
     * @param offset of the first panel's first value
     * @param depth length of k that each panel was packed with; a product may use less of it
     */
    public record Packed(float[] data, int offset, int depth) {}
}
