package lockstep.node.kernel;

/** The specification of {@link TileKernel}. */
final class ScalarTile implements TileKernel {
    private static final int MR = 4;
    private static final int NR = 16;

    @Override
    public int mr() {
        return MR;
    }

    @Override
    public int nr() {
        return NR;
    }

    @Override
    public void multiply(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset, float[] b,
        int bOffset, int kc) {
        for (int i = 0; i < MR; i++) {
            for (int j = 0; j < NR; j++) {
                float sum = start[startOffset + i * ldStart + j];
                for (int k = 0; k < kc; k++) {
                    sum = Math.fma(a[aOffset + k * MR + i], b[bOffset + k * NR + j], sum);
                }
                c[cOffset + i * ldc + j] = sum;
            }
        }
    }

    @Override
    public void multiplyRows(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset, int lda,
        int rows, float[] b, int bOffset, int kc) {
        for (int i = 0; i < MR; i++) {
            int row = aOffset + Math.min(i, rows - 1) * lda;
            for (int j = 0; j < NR; j++) {
                float sum = start[startOffset + i * ldStart + j];
                for (int k = 0; k < kc; k++) {
                    sum = Math.fma(a[row + k], b[bOffset + k * NR + j], sum);
                }
                c[cOffset + i * ldc + j] = sum;
            }
        }
    }
}
