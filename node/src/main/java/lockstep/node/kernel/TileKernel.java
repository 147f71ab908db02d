package lockstep.node.kernel;

/** The innermost loop of a product: one tile of the output, {@link #mr()} rows by {@link #nr()} columns, held in registers. */
public interface TileKernel {
    /** Rows of a tile. */
    int mr();

    /** Columns of a tile. */
    int nr();

    /**
     * c[i][j] = fma(a[k][i], b[k][j], c[i][j]) for k = 0, 1, … kc−1 in that order, for a whole tile.
     *
     * @param c rows of the output, ldc floats apart, from cOffset; read and written
     * @param a panel (kc, mr) from aOffset
     * @param b panel (kc, nr) from bOffset
     */
    void multiply(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc);
}
