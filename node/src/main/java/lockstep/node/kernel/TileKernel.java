package lockstep.node.kernel;

/** The innermost loop of a product: one tile of the output, {@link #mr()} rows by {@link #nr()} columns, held in registers. */
public interface TileKernel {
    /** Rows of a tile. */
    int mr();

    /** Columns of a tile. */
    int nr();

    /**
     * c[i][j] = start[i][j] + Σ a[k][i]·b[k][j] by fma for k = 0, 1, … kc−1 in that order, for a whole tile.
     *
     * @param c out: rows of the output, ldc floats apart, from cOffset
     * @param start what the sums start from: rows ldStart floats apart, from startOffset. It may be c itself; with ldStart = 0 all rows start from one row
     * @param a panel (kc, mr) from aOffset
     * @param b panel (kc, nr) from bOffset
     */
    void multiply(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset, float[] b,
        int bOffset, int kc);

    /**
     * {@link #multiply} with a left operand where it lies: element (i,k) at a[aOffset + i·lda + k].
     *
     * @param rows of a that exist, 1 ≤ rows ≤ mr; what the tile's further rows hold afterwards is not defined
     */
    void multiplyRows(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset, int lda,
        int rows, float[] b, int bOffset, int kc);
}
