package lockstep.node.kernel;

/**
 * Packing of operands into the panels that {@link TileKernel} reads: a panel holds {@code width} consecutive rows r of the operand as [k][width], zero beyond the
 * last row, and panels follow each other. An operand is a (rows, k) matrix that lies in memory either row by row or k by k. Moves values, computes nothing.
 */
public interface PackKernel {
    /** Floats that {@code rows} rows of length k take when packed. */
    static long size(int rows, int k, int width) {
        return Math.multiplyExact(((long) rows + width - 1) / width * width, (long) k);
    }

    /**
     * Packs an operand whose element (r,k) lies at x[offset + r·stride + k].
     *
     * @param packed out: ⌈rows / width⌉ panels of (k, width), the first one at packedOffset
     * @param width of a panel, at least 4
     */
    void packRows(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width);

    /**
     * Packs an operand whose element (r,k) lies at x[offset + k·stride + r].
     *
     * @param packed out: ⌈rows / width⌉ panels of (k, width), the first one at packedOffset
     * @param width of a panel, at least 4
     */
    void packColumns(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width);
}
