package lockstep.node.kernel;

/**
 * Packing of operands into the panels that {@link TileKernel} reads: a panel holds {@code width} consecutive rows r of the operand as [k][width], zero beyond the
 * last row, and panels follow each other. An operand is an (rows, k) matrix that lies in memory either row by row or k by k.
 */
public final class Panels {
    /** Values of k that are turned at a time, so that both sides of the transposition stay in the L1 cache. */
    private static final int BLOCK = 16;

    private Panels() {}

    /** Floats that {@code rows} rows of length k take when packed. */
    public static long size(int rows, int k, int width) {
        return Math.multiplyExact(((long) rows + width - 1) / width * width, (long) k);
    }

    /** Packs all panels of an operand whose element (r,k) lies at x[offset + r·stride + k], the first panel at 0. */
    public static void packRows(float[] packed, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int r = 0; r < rows; r += width) {
            packRowPanel(packed, r * k, x, offset + r * stride, stride, Math.min(width, rows - r), k, width);
        }
    }

    /** Packs all panels of an operand whose element (r,k) lies at x[offset + k·stride + r], the first panel at 0. */
    public static void packColumns(float[] packed, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int r = 0; r < rows; r += width) {
            packColumnPanel(packed, r * k, x, offset + r, stride, Math.min(width, rows - r), k, width);
        }
    }

    /**
     * Packs one panel of an operand whose element (r,k) lies at x[offset + r·stride + k].
     *
     * @param packed out: (k, width) from packedOffset
     * @param rows how many rows this panel has, ≤ width
     */
    public static void packRowPanel(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int from = 0; from < k; from += BLOCK) {
            int to = Math.min(k, from + BLOCK);
            for (int r = 0; r < rows; r++) {
                int source = offset + r * stride;
                for (int i = from; i < to; i++) {
                    packed[packedOffset + i * width + r] = x[source + i];
                }
            }
            for (int r = rows; r < width; r++) {
                for (int i = from; i < to; i++) {
                    packed[packedOffset + i * width + r] = 0f;
                }
            }
        }
    }

    /**
     * Packs one panel of an operand whose element (r,k) lies at x[offset + k·stride + r].
     *
     * @param packed out: (k, width) from packedOffset
     * @param rows how many rows this panel has, ≤ width
     */
    public static void packColumnPanel(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int i = 0; i < k; i++) {
            int target = packedOffset + i * width;
            System.arraycopy(x, offset + i * stride, packed, target, rows);
            for (int r = rows; r < width; r++) {
                packed[target + r] = 0f;
            }
        }
    }
}
