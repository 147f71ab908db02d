package lockstep.node.kernel;

/** The specification of {@link PackKernel}. */
final class ScalarPack implements PackKernel {
    @Override
    public void packRows(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int r = 0; r < rows; r += width) {
            packRowPanel(packed, packedOffset + r * k, x, offset + r * stride, stride, Math.min(width, rows - r), 0, k, width);
        }
    }

    /** One panel, values from..to of each row. */
    static void packRowPanel(float[] packed, int at, float[] x, int offset, int stride, int rows, int from, int to, int width) {
        for (int i = from; i < to; i++) {
            for (int r = 0; r < width; r++) {
                packed[at + i * width + r] = r < rows ? x[offset + r * stride + i] : 0f;
            }
        }
    }

    @Override
    public void packColumns(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int r = 0; r < rows; r += width) {
            packColumnPanel(packed, packedOffset + r * k, x, offset + r, stride, Math.min(width, rows - r), k, width);
        }
    }

    static void packColumnPanel(float[] packed, int at, float[] x, int offset, int stride, int rows, int k, int width) {
        for (int i = 0; i < k; i++) {
            for (int r = 0; r < width; r++) {
                packed[at + i * width + r] = r < rows ? x[offset + i * stride + r] : 0f;
            }
        }
    }
}
