package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link TileKernel} by register tiles: lanes lie along the columns, so each output has an accumulator of its own and no horizontal sum exists. The 24
 * accumulators of 12 × 2 vectors fit the 32 registers of AVX-512. Narrower machines have 16 registers and take 4 × 2: eight sums are what two units with a latency of four
 * can have under way. 6 × 2 would need fifteen registers, and what the compiler made of that was anywhere between a quarter and two thirds of the peak.
 */
abstract sealed class VectorTile implements TileKernel {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int VL = Lanes.VL;

    /** The tile that the registers of this vector width can hold. */
    static VectorTile forWidth() {
        return VL == 16 ? new Rows12() : new Rows4();
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
        public void multiply(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
            float[] b, int bOffset, int kc) {
            multiply12(c, cOffset, ldc, start, startOffset, ldStart, a, aOffset, b, bOffset, kc);
        }

        @Override
        public void multiplyRows(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
            int lda, int rows, float[] b, int bOffset, int kc) {
            if (rows <= 4) {
                // The last rows of a matrix: a third of a tile instead of a whole one for a third of it.
                multiplyRows4(c, cOffset, ldc, start, startOffset, ldStart, a, aOffset, lda, rows - 1, b, bOffset, kc);
            } else {
                multiplyRows12(c, cOffset, ldc, start, startOffset, ldStart, a, aOffset, lda, rows - 1, b, bOffset, kc);
            }
        }
    }

    static final class Rows4 extends VectorTile {
        @Override
        public int mr() {
            return 4;
        }

        @Override
        public void multiply(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
            float[] b, int bOffset, int kc) {
            multiply4(c, cOffset, ldc, start, startOffset, ldStart, a, aOffset, b, bOffset, kc);
        }

        @Override
        public void multiplyRows(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
            int lda, int rows, float[] b, int bOffset, int kc) {
            multiplyRows4(c, cOffset, ldc, start, startOffset, ldStart, a, aOffset, lda, rows - 1, b, bOffset, kc);
        }
    }

    private static void multiply12(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
        float[] b, int bOffset, int kc) {
        int s0 = startOffset;
        int s1 = startOffset + ldStart;
        int s2 = startOffset + 2 * ldStart;
        int s3 = startOffset + 3 * ldStart;
        int s4 = startOffset + 4 * ldStart;
        int s5 = startOffset + 5 * ldStart;
        int s6 = startOffset + 6 * ldStart;
        int s7 = startOffset + 7 * ldStart;
        int s8 = startOffset + 8 * ldStart;
        int s9 = startOffset + 9 * ldStart;
        int s10 = startOffset + 10 * ldStart;
        int s11 = startOffset + 11 * ldStart;
        FloatVector c0l = FloatVector.fromArray(S, start, s0);
        FloatVector c0h = FloatVector.fromArray(S, start, s0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, start, s1);
        FloatVector c1h = FloatVector.fromArray(S, start, s1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, start, s2);
        FloatVector c2h = FloatVector.fromArray(S, start, s2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, start, s3);
        FloatVector c3h = FloatVector.fromArray(S, start, s3 + VL);
        FloatVector c4l = FloatVector.fromArray(S, start, s4);
        FloatVector c4h = FloatVector.fromArray(S, start, s4 + VL);
        FloatVector c5l = FloatVector.fromArray(S, start, s5);
        FloatVector c5h = FloatVector.fromArray(S, start, s5 + VL);
        FloatVector c6l = FloatVector.fromArray(S, start, s6);
        FloatVector c6h = FloatVector.fromArray(S, start, s6 + VL);
        FloatVector c7l = FloatVector.fromArray(S, start, s7);
        FloatVector c7h = FloatVector.fromArray(S, start, s7 + VL);
        FloatVector c8l = FloatVector.fromArray(S, start, s8);
        FloatVector c8h = FloatVector.fromArray(S, start, s8 + VL);
        FloatVector c9l = FloatVector.fromArray(S, start, s9);
        FloatVector c9h = FloatVector.fromArray(S, start, s9 + VL);
        FloatVector c10l = FloatVector.fromArray(S, start, s10);
        FloatVector c10h = FloatVector.fromArray(S, start, s10 + VL);
        FloatVector c11l = FloatVector.fromArray(S, start, s11);
        FloatVector c11h = FloatVector.fromArray(S, start, s11 + VL);
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

    /** Two values of k a turn: the addresses of twelve rows are more than there are registers, and each then serves twice. */
    private static void multiplyRows12(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a,
        int aOffset, int lda, int last, float[] b, int bOffset, int kc) {
        int s0 = startOffset;
        int s1 = startOffset + ldStart;
        int s2 = startOffset + 2 * ldStart;
        int s3 = startOffset + 3 * ldStart;
        int s4 = startOffset + 4 * ldStart;
        int s5 = startOffset + 5 * ldStart;
        int s6 = startOffset + 6 * ldStart;
        int s7 = startOffset + 7 * ldStart;
        int s8 = startOffset + 8 * ldStart;
        int s9 = startOffset + 9 * ldStart;
        int s10 = startOffset + 10 * ldStart;
        int s11 = startOffset + 11 * ldStart;
        FloatVector c0l = FloatVector.fromArray(S, start, s0);
        FloatVector c0h = FloatVector.fromArray(S, start, s0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, start, s1);
        FloatVector c1h = FloatVector.fromArray(S, start, s1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, start, s2);
        FloatVector c2h = FloatVector.fromArray(S, start, s2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, start, s3);
        FloatVector c3h = FloatVector.fromArray(S, start, s3 + VL);
        FloatVector c4l = FloatVector.fromArray(S, start, s4);
        FloatVector c4h = FloatVector.fromArray(S, start, s4 + VL);
        FloatVector c5l = FloatVector.fromArray(S, start, s5);
        FloatVector c5h = FloatVector.fromArray(S, start, s5 + VL);
        FloatVector c6l = FloatVector.fromArray(S, start, s6);
        FloatVector c6h = FloatVector.fromArray(S, start, s6 + VL);
        FloatVector c7l = FloatVector.fromArray(S, start, s7);
        FloatVector c7h = FloatVector.fromArray(S, start, s7 + VL);
        FloatVector c8l = FloatVector.fromArray(S, start, s8);
        FloatVector c8h = FloatVector.fromArray(S, start, s8 + VL);
        FloatVector c9l = FloatVector.fromArray(S, start, s9);
        FloatVector c9h = FloatVector.fromArray(S, start, s9 + VL);
        FloatVector c10l = FloatVector.fromArray(S, start, s10);
        FloatVector c10h = FloatVector.fromArray(S, start, s10 + VL);
        FloatVector c11l = FloatVector.fromArray(S, start, s11);
        FloatVector c11h = FloatVector.fromArray(S, start, s11 + VL);
        int p0 = aOffset;
        int p1 = aOffset + Math.min(1, last) * lda;
        int p2 = aOffset + Math.min(2, last) * lda;
        int p3 = aOffset + Math.min(3, last) * lda;
        int p4 = aOffset + Math.min(4, last) * lda;
        int p5 = aOffset + Math.min(5, last) * lda;
        int p6 = aOffset + Math.min(6, last) * lda;
        int p7 = aOffset + Math.min(7, last) * lda;
        int p8 = aOffset + Math.min(8, last) * lda;
        int p9 = aOffset + Math.min(9, last) * lda;
        int p10 = aOffset + Math.min(10, last) * lda;
        int p11 = aOffset + Math.min(11, last) * lda;
        int even = kc / 2 * 2;
        for (int k = 0; k < even; k += 2) {
            int bk = bOffset + k * 2 * VL;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector nextl = FloatVector.fromArray(S, b, bk + 2 * VL);
            FloatVector nexth = FloatVector.fromArray(S, b, bk + 3 * VL);
            int q0 = p0 + k;
            FloatVector a0 = FloatVector.broadcast(S, a[q0]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector n0 = FloatVector.broadcast(S, a[q0 + 1]);
            c0l = n0.fma(nextl, c0l);
            c0h = n0.fma(nexth, c0h);
            int q1 = p1 + k;
            FloatVector a1 = FloatVector.broadcast(S, a[q1]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector n1 = FloatVector.broadcast(S, a[q1 + 1]);
            c1l = n1.fma(nextl, c1l);
            c1h = n1.fma(nexth, c1h);
            int q2 = p2 + k;
            FloatVector a2 = FloatVector.broadcast(S, a[q2]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector n2 = FloatVector.broadcast(S, a[q2 + 1]);
            c2l = n2.fma(nextl, c2l);
            c2h = n2.fma(nexth, c2h);
            int q3 = p3 + k;
            FloatVector a3 = FloatVector.broadcast(S, a[q3]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
            FloatVector n3 = FloatVector.broadcast(S, a[q3 + 1]);
            c3l = n3.fma(nextl, c3l);
            c3h = n3.fma(nexth, c3h);
            int q4 = p4 + k;
            FloatVector a4 = FloatVector.broadcast(S, a[q4]);
            c4l = a4.fma(bl, c4l);
            c4h = a4.fma(bh, c4h);
            FloatVector n4 = FloatVector.broadcast(S, a[q4 + 1]);
            c4l = n4.fma(nextl, c4l);
            c4h = n4.fma(nexth, c4h);
            int q5 = p5 + k;
            FloatVector a5 = FloatVector.broadcast(S, a[q5]);
            c5l = a5.fma(bl, c5l);
            c5h = a5.fma(bh, c5h);
            FloatVector n5 = FloatVector.broadcast(S, a[q5 + 1]);
            c5l = n5.fma(nextl, c5l);
            c5h = n5.fma(nexth, c5h);
            int q6 = p6 + k;
            FloatVector a6 = FloatVector.broadcast(S, a[q6]);
            c6l = a6.fma(bl, c6l);
            c6h = a6.fma(bh, c6h);
            FloatVector n6 = FloatVector.broadcast(S, a[q6 + 1]);
            c6l = n6.fma(nextl, c6l);
            c6h = n6.fma(nexth, c6h);
            int q7 = p7 + k;
            FloatVector a7 = FloatVector.broadcast(S, a[q7]);
            c7l = a7.fma(bl, c7l);
            c7h = a7.fma(bh, c7h);
            FloatVector n7 = FloatVector.broadcast(S, a[q7 + 1]);
            c7l = n7.fma(nextl, c7l);
            c7h = n7.fma(nexth, c7h);
            int q8 = p8 + k;
            FloatVector a8 = FloatVector.broadcast(S, a[q8]);
            c8l = a8.fma(bl, c8l);
            c8h = a8.fma(bh, c8h);
            FloatVector n8 = FloatVector.broadcast(S, a[q8 + 1]);
            c8l = n8.fma(nextl, c8l);
            c8h = n8.fma(nexth, c8h);
            int q9 = p9 + k;
            FloatVector a9 = FloatVector.broadcast(S, a[q9]);
            c9l = a9.fma(bl, c9l);
            c9h = a9.fma(bh, c9h);
            FloatVector n9 = FloatVector.broadcast(S, a[q9 + 1]);
            c9l = n9.fma(nextl, c9l);
            c9h = n9.fma(nexth, c9h);
            int q10 = p10 + k;
            FloatVector a10 = FloatVector.broadcast(S, a[q10]);
            c10l = a10.fma(bl, c10l);
            c10h = a10.fma(bh, c10h);
            FloatVector n10 = FloatVector.broadcast(S, a[q10 + 1]);
            c10l = n10.fma(nextl, c10l);
            c10h = n10.fma(nexth, c10h);
            int q11 = p11 + k;
            FloatVector a11 = FloatVector.broadcast(S, a[q11]);
            c11l = a11.fma(bl, c11l);
            c11h = a11.fma(bh, c11h);
            FloatVector n11 = FloatVector.broadcast(S, a[q11 + 1]);
            c11l = n11.fma(nextl, c11l);
            c11h = n11.fma(nexth, c11h);
        }
        if (even < kc) {
            int bk = bOffset + even * 2 * VL;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector a0 = FloatVector.broadcast(S, a[p0 + even]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[p1 + even]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[p2 + even]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[p3 + even]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
            FloatVector a4 = FloatVector.broadcast(S, a[p4 + even]);
            c4l = a4.fma(bl, c4l);
            c4h = a4.fma(bh, c4h);
            FloatVector a5 = FloatVector.broadcast(S, a[p5 + even]);
            c5l = a5.fma(bl, c5l);
            c5h = a5.fma(bh, c5h);
            FloatVector a6 = FloatVector.broadcast(S, a[p6 + even]);
            c6l = a6.fma(bl, c6l);
            c6h = a6.fma(bh, c6h);
            FloatVector a7 = FloatVector.broadcast(S, a[p7 + even]);
            c7l = a7.fma(bl, c7l);
            c7h = a7.fma(bh, c7h);
            FloatVector a8 = FloatVector.broadcast(S, a[p8 + even]);
            c8l = a8.fma(bl, c8l);
            c8h = a8.fma(bh, c8h);
            FloatVector a9 = FloatVector.broadcast(S, a[p9 + even]);
            c9l = a9.fma(bl, c9l);
            c9h = a9.fma(bh, c9h);
            FloatVector a10 = FloatVector.broadcast(S, a[p10 + even]);
            c10l = a10.fma(bl, c10l);
            c10h = a10.fma(bh, c10h);
            FloatVector a11 = FloatVector.broadcast(S, a[p11 + even]);
            c11l = a11.fma(bl, c11l);
            c11h = a11.fma(bh, c11h);
        }
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

    private static void multiply4(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a, int aOffset,
        float[] b, int bOffset, int kc) {
        int s0 = startOffset;
        int s1 = startOffset + ldStart;
        int s2 = startOffset + 2 * ldStart;
        int s3 = startOffset + 3 * ldStart;
        FloatVector c0l = FloatVector.fromArray(S, start, s0);
        FloatVector c0h = FloatVector.fromArray(S, start, s0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, start, s1);
        FloatVector c1h = FloatVector.fromArray(S, start, s1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, start, s2);
        FloatVector c2h = FloatVector.fromArray(S, start, s2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, start, s3);
        FloatVector c3h = FloatVector.fromArray(S, start, s3 + VL);
        for (int k = 0; k < kc; k++) {
            int ak = aOffset + k * 4;
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
        }
        int r0 = cOffset;
        int r1 = cOffset + ldc;
        int r2 = cOffset + 2 * ldc;
        int r3 = cOffset + 3 * ldc;
        c0l.intoArray(c, r0);
        c0h.intoArray(c, r0 + VL);
        c1l.intoArray(c, r1);
        c1h.intoArray(c, r1 + VL);
        c2l.intoArray(c, r2);
        c2h.intoArray(c, r2 + VL);
        c3l.intoArray(c, r3);
        c3h.intoArray(c, r3 + VL);
    }

    /** Two values of k a turn: with one, and on vectors of 512 bits, what the compiler made of it took twenty times as long. */
    private static void multiplyRows4(float[] c, int cOffset, int ldc, float[] start, int startOffset, int ldStart, float[] a,
        int aOffset, int lda, int last, float[] b, int bOffset, int kc) {
        int s0 = startOffset;
        int s1 = startOffset + ldStart;
        int s2 = startOffset + 2 * ldStart;
        int s3 = startOffset + 3 * ldStart;
        FloatVector c0l = FloatVector.fromArray(S, start, s0);
        FloatVector c0h = FloatVector.fromArray(S, start, s0 + VL);
        FloatVector c1l = FloatVector.fromArray(S, start, s1);
        FloatVector c1h = FloatVector.fromArray(S, start, s1 + VL);
        FloatVector c2l = FloatVector.fromArray(S, start, s2);
        FloatVector c2h = FloatVector.fromArray(S, start, s2 + VL);
        FloatVector c3l = FloatVector.fromArray(S, start, s3);
        FloatVector c3h = FloatVector.fromArray(S, start, s3 + VL);
        int p0 = aOffset;
        int p1 = aOffset + Math.min(1, last) * lda;
        int p2 = aOffset + Math.min(2, last) * lda;
        int p3 = aOffset + Math.min(3, last) * lda;
        int even = kc / 2 * 2;
        for (int k = 0; k < even; k += 2) {
            int bk = bOffset + k * 2 * VL;
            int q0 = p0 + k;
            int q1 = p1 + k;
            int q2 = p2 + k;
            int q3 = p3 + k;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector a0 = FloatVector.broadcast(S, a[q0]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[q1]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[q2]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[q3]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
            FloatVector nextl = FloatVector.fromArray(S, b, bk + 2 * VL);
            FloatVector nexth = FloatVector.fromArray(S, b, bk + 3 * VL);
            FloatVector n0 = FloatVector.broadcast(S, a[q0 + 1]);
            c0l = n0.fma(nextl, c0l);
            c0h = n0.fma(nexth, c0h);
            FloatVector n1 = FloatVector.broadcast(S, a[q1 + 1]);
            c1l = n1.fma(nextl, c1l);
            c1h = n1.fma(nexth, c1h);
            FloatVector n2 = FloatVector.broadcast(S, a[q2 + 1]);
            c2l = n2.fma(nextl, c2l);
            c2h = n2.fma(nexth, c2h);
            FloatVector n3 = FloatVector.broadcast(S, a[q3 + 1]);
            c3l = n3.fma(nextl, c3l);
            c3h = n3.fma(nexth, c3h);
        }
        if (even < kc) {
            int bk = bOffset + even * 2 * VL;
            FloatVector bl = FloatVector.fromArray(S, b, bk);
            FloatVector bh = FloatVector.fromArray(S, b, bk + VL);
            FloatVector a0 = FloatVector.broadcast(S, a[p0 + even]);
            c0l = a0.fma(bl, c0l);
            c0h = a0.fma(bh, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[p1 + even]);
            c1l = a1.fma(bl, c1l);
            c1h = a1.fma(bh, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[p2 + even]);
            c2l = a2.fma(bl, c2l);
            c2h = a2.fma(bh, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[p3 + even]);
            c3l = a3.fma(bl, c3l);
            c3h = a3.fma(bh, c3h);
        }
        int r0 = cOffset;
        int r1 = cOffset + ldc;
        int r2 = cOffset + 2 * ldc;
        int r3 = cOffset + 3 * ldc;
        c0l.intoArray(c, r0);
        c0h.intoArray(c, r0 + VL);
        c1l.intoArray(c, r1);
        c1h.intoArray(c, r1 + VL);
        c2l.intoArray(c, r2);
        c2h.intoArray(c, r2 + VL);
        c3l.intoArray(c, r3);
        c3h.intoArray(c, r3 + VL);
    }
}
