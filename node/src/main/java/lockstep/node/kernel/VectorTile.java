package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link TileKernel} by register tiles: lanes lie along the columns, so each output has an accumulator of its own and no horizontal sum exists. The 24
 * accumulators of 12 × 2 vectors fit the 32 registers of AVX-512; narrower machines have 16 registers and take 6 × 2.
 */
abstract sealed class VectorTile implements TileKernel {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int VL = Lanes.VL;

    /** The tile that the registers of this vector width can hold. */
    static VectorTile forWidth() {
        return VL == 16 ? new Rows12() : new Rows6();
    }

    @Override
    public final int nr() {
        return 2 * VL;
    }

    static final class Rows12 extends VectorTile {
        @Override
        public int mr() {
            return 12;
        }

        @Override
        public void multiply(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc) {
            multiply12(c, cOffset, ldc, a, aOffset, b, bOffset, kc);
        }
    }

    static final class Rows6 extends VectorTile {
        @Override
        public int mr() {
            return 6;
        }

        @Override
        public void multiply(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc) {
            multiply6(c, cOffset, ldc, a, aOffset, b, bOffset, kc);
        }
    }

    private static void multiply12(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc) {
        int r0 = cOffset;
        int r1 = cOffset + ldc;
        int r2 = cOffset + 2 * ldc;
        int r3 = cOffset + 3 * ldc;
        int r4 = cOffset + 4 * ldc;
        int r5 = cOffset + 5 * ldc;
        int r6 = cOffset + 6 * ldc;
        int r7 = cOffset + 7 * ldc;
        int r8 = cOffset + 8 * ldc;
        int r9 = cOffset + 9 * ldc;
        int r10 = cOffset + 10 * ldc;
        int r11 = cOffset + 11 * ldc;
        FloatVector c0l = FloatVector.fromArray(S, c, r0);
        FloatVector c0h = FloatVector.fromArray(S, c, r0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, c, r1);
        FloatVector c1h = FloatVector.fromArray(S, c, r1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, c, r2);
        FloatVector c2h = FloatVector.fromArray(S, c, r2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, c, r3);
        FloatVector c3h = FloatVector.fromArray(S, c, r3 + VL);
        FloatVector c4l = FloatVector.fromArray(S, c, r4);
        FloatVector c4h = FloatVector.fromArray(S, c, r4 + VL);
        FloatVector c5l = FloatVector.fromArray(S, c, r5);
        FloatVector c5h = FloatVector.fromArray(S, c, r5 + VL);
        FloatVector c6l = FloatVector.fromArray(S, c, r6);
        FloatVector c6h = FloatVector.fromArray(S, c, r6 + VL);
        FloatVector c7l = FloatVector.fromArray(S, c, r7);
        FloatVector c7h = FloatVector.fromArray(S, c, r7 + VL);
        FloatVector c8l = FloatVector.fromArray(S, c, r8);
        FloatVector c8h = FloatVector.fromArray(S, c, r8 + VL);
        FloatVector c9l = FloatVector.fromArray(S, c, r9);
        FloatVector c9h = FloatVector.fromArray(S, c, r9 + VL);
        FloatVector c10l = FloatVector.fromArray(S, c, r10);
        FloatVector c10h = FloatVector.fromArray(S, c, r10 + VL);
        FloatVector c11l = FloatVector.fromArray(S, c, r11);
        FloatVector c11h = FloatVector.fromArray(S, c, r11 + VL);
        for (int k = 0; k < kc; k++) {
            int ak = aOffset + k * 12;
            int bk = bOffset + k * 2 * VL;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector a0 = FloatVector.broadcast(S, a[ak]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ak + 1]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ak + 2]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ak + 3]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ak + 4]);
            c4l = a4.fma(bl, c4l);
            c4h = a4.fma(bh, c4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ak + 5]);
            c5l = a5.fma(bl, c5l);
            c5h = a5.fma(bh, c5h);
            FloatVector a6 = FloatVector.broadcast(S, a[ak + 6]);
            c6l = a6.fma(bl, c6l);
            c6h = a6.fma(bh, c6h);
            FloatVector a7 = FloatVector.broadcast(S, a[ak + 7]);
            c7l = a7.fma(bl, c7l);
            c7h = a7.fma(bh, c7h);
            FloatVector a8 = FloatVector.broadcast(S, a[ak + 8]);
            c8l = a8.fma(bl, c8l);
            c8h = a8.fma(bh, c8h);
            FloatVector a9 = FloatVector.broadcast(S, a[ak + 9]);
            c9l = a9.fma(bl, c9l);
            c9h = a9.fma(bh, c9h);
            FloatVector a10 = FloatVector.broadcast(S, a[ak + 10]);
            c10l = a10.fma(bl, c10l);
            c10h = a10.fma(bh, c10h);
            FloatVector a11 = FloatVector.broadcast(S, a[ak + 11]);
            c11l = a11.fma(bl, c11l);
            c11h = a11.fma(bh, c11h);
        }
        c0l.intoArray(c, r0);
        c0h.intoArray(c, r0 + VL);
        c1l.intoArray(c, r1);
        c1h.intoArray(c, r1 + VL);
        c2l.intoArray(c, r2);
        c2h.intoArray(c, r2 + VL);
        c3l.intoArray(c, r3);
        c3h.intoArray(c, r3 + VL);
        c4l.intoArray(c, r4);
        c4h.intoArray(c, r4 + VL);
        c5l.intoArray(c, r5);
        c5h.intoArray(c, r5 + VL);
        c6l.intoArray(c, r6);
        c6h.intoArray(c, r6 + VL);
        c7l.intoArray(c, r7);
        c7h.intoArray(c, r7 + VL);
        c8l.intoArray(c, r8);
        c8h.intoArray(c, r8 + VL);
        c9l.intoArray(c, r9);
        c9h.intoArray(c, r9 + VL);
        c10l.intoArray(c, r10);
        c10h.intoArray(c, r10 + VL);
        c11l.intoArray(c, r11);
        c11h.intoArray(c, r11 + VL);
    }

    private static void multiply6(float[] c, int cOffset, int ldc, float[] a, int aOffset, float[] b, int bOffset, int kc) {
        int r0 = cOffset;
        int r1 = cOffset + ldc;
        int r2 = cOffset + 2 * ldc;
        int r3 = cOffset + 3 * ldc;
        int r4 = cOffset + 4 * ldc;
        int r5 = cOffset + 5 * ldc;
        FloatVector c0l = FloatVector.fromArray(S, c, r0);
        FloatVector c0h = FloatVector.fromArray(S, c, r0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, c, r1);
        FloatVector c1h = FloatVector.fromArray(S, c, r1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, c, r2);
        FloatVector c2h = FloatVector.fromArray(S, c, r2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, c, r3);
        FloatVector c3h = FloatVector.fromArray(S, c, r3 + VL);
        FloatVector c4l = FloatVector.fromArray(S, c, r4);
        FloatVector c4h = FloatVector.fromArray(S, c, r4 + VL);
        FloatVector c5l = FloatVector.fromArray(S, c, r5);
        FloatVector c5h = FloatVector.fromArray(S, c, r5 + VL);
        for (int k = 0; k < kc; k++) {
            int ak = aOffset + k * 6;
            int bk = bOffset + k * 2 * VL;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector a0 = FloatVector.broadcast(S, a[ak]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ak + 1]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ak + 2]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ak + 3]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ak + 4]);
            c4l = a4.fma(bl, c4l);
            c4h = a4.fma(bh, c4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ak + 5]);
            c5l = a5.fma(bl, c5l);
            c5h = a5.fma(bh, c5h);
        }
        c0l.intoArray(c, r0);
        c0h.intoArray(c, r0 + VL);
        c1l.intoArray(c, r1);
        c1h.intoArray(c, r1 + VL);
        c2l.intoArray(c, r2);
        c2h.intoArray(c, r2 + VL);
        c3l.intoArray(c, r3);
        c3h.intoArray(c, r3 + VL);
        c4l.intoArray(c, r4);
        c4h.intoArray(c, r4 + VL);
        c5l.intoArray(c, r5);
        c5h.intoArray(c, r5 + VL);
    }
}
