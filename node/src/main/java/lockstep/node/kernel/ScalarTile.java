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
    public void multiply(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc) {
        for (int i = 0; i < MR; i++) {
            for (int j = 0; j < NR; j++) {
                float sum = c[cOffset + i * ldc + j];
                for (int k = 0; k < kc; k++) {
                    sum = Math.fma(a[aOffset + k * MR + i], b[bOffset + k * NR + j], sum);
                }
                c[cOffset + i * ldc + j] = sum;
            }
        }
    }
}
