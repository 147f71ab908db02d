package lockstep.node.kernel;

/**
 * c += a·b of packed operands on one thread. A panel of a stays in the L1 cache while the panels of b, which stay in L2, pass by. Since each output goes on where
 * it stopped, neither tiles nor blocks of k leave a trace in the bits.
 */
public final class BlockProduct {
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
     * c[i][j] += Σ a[i][k]·b[j][k] for an (m,n) block of the output, k = 0 … kc−1 ascending.
     *
     * @param c rows ldc apart, the block's first value at cOffset
     * @param scratch {@link #scratchFloats()} floats of this thread, for tiles that reach beyond the block
     * @param a m rows as panels (kc, mr) from aOffset
     * @param b n rows as panels (kc, nr) from bOffset
     */
    public void accumulate(float[] c, int cOffset, int ldc, float[] scratch, float[] a, int aOffset, float[] b, int bOffset, int m, int n,
        int kc) {
        int mr = tile.mr();
        int nr = tile.nr();
        for (int i = 0; i < m; i += mr) {
            int rows = Math.min(mr, m - i);
            for (int j = 0; j < n; j += nr) {
                int columns = Math.min(nr, n - j);
                int at = cOffset + i * ldc + j;
                if (rows == mr && columns == nr) {
                    tile.multiply(c, at, ldc, a, aOffset + i * kc, b, bOffset + j * kc, kc);
                } else {
                    copy(scratch, 0, nr, c, at, ldc, rows, columns);
                    tile.multiply(scratch, 0, nr, a, aOffset + i * kc, b, bOffset + j * kc, kc);
                    copy(c, at, ldc, scratch, 0, nr, rows, columns);
                }
            }
        }
    }

    private static void copy(float[] to, int toOffset, int toStride, float[] from, int fromOffset, int fromStride, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(from, fromOffset + i * fromStride, to, toOffset + i * toStride, columns);
        }
    }
}
