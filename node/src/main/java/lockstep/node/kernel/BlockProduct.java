package lockstep.node.kernel;

/**
 * c = start + a·b on one thread, b packed, a packed or row by row. A panel of a stays in the L1 cache while the panels of b, which stay in L2, pass by. Since each
 * output goes on where it stopped, neither tiles nor blocks of k leave a trace in the bits.
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
        multiply(c, cOffset, ldc, c, cOffset, ldc, scratch, a, aOffset, b, bOffset, m, n, kc);
    }

    /**
     * {@link #accumulate} whose sums start from another block, {@code start}, of which nothing is written.
     *
     * @param start rows ldStart apart, the block's first value at startOffset; with ldStart = 0 all rows start from one row
     */
    public void multiply(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] scratch, float[] a,
        int aOffset, float[] b, int bOffset, int m, int n, int kc) {
        int mr = tile.mr();
        int nr = tile.nr();
        for (int i = 0; i < m; i += mr) {
            int rows = Math.min(mr, m - i);
            int panel = aOffset + i * kc;
            for (int j = 0; j < n; j += nr) {
                int columns = Math.min(nr, n - j);
                int to = cOffset + i * ldc + j;
                int from = startOffset + i * ldStart + j;
                if (rows == mr && columns == nr) {
                    tile.multiply(c, to, ldc, start, from, ldStart, a, panel, b, bOffset + j * kc, kc);
                } else {
                    copy(scratch, 0, nr, start, from, ldStart, rows, columns);
                    tile.multiply(scratch, 0, nr, scratch, 0, nr, a, panel, b, bOffset + j * kc, kc);
                    copy(c, to, ldc, scratch, 0, nr, rows, columns);
                }
            }
        }
    }

    /**
     * {@link #multiply} with a left operand where it lies: element (i,k) at a[aOffset + i·lda + k], for all m rows.
     */
    public void multiplyRows(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] scratch, float[] a,
        int aOffset, int lda, float[] b, int bOffset, int m, int n, int kc) {
        int mr = tile.mr();
        int nr = tile.nr();
        for (int i = 0; i < m; i += mr) {
            int rows = Math.min(mr, m - i);
            int at = aOffset + i * lda;
            for (int j = 0; j < n; j += nr) {
                int columns = Math.min(nr, n - j);
                int to = cOffset + i * ldc + j;
                int from = startOffset + i * ldStart + j;
                if (rows == mr && columns == nr) {
                    tile.multiplyRows(c, to, ldc, start, from, ldStart, a, at, lda, rows, b, bOffset + j * kc, kc);
                } else {
                    copy(scratch, 0, nr, start, from, ldStart, rows, columns);
                    tile.multiplyRows(scratch, 0, nr, scratch, 0, nr, a, at, lda, rows, b, bOffset + j * kc, kc);
                    copy(c, to, ldc, scratch, 0, nr, rows, columns);
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
