package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PackKernel} with the Vector API. Rows are turned in squares of 8 by 8 or 4 by 4 values held in registers (16 by 16 need more registers than there are
 * and were slower); what is left over at the edges goes to the scalar twin.
 */
final class VectorPack implements PackKernel {
    private static final VectorSpecies<Float> S8 = FloatVector.SPECIES_256;
    private static final VectorSpecies<Float> S4 = FloatVector.SPECIES_128;
    /** Whether this process may use vectors of 256 bits. */
    private static final boolean WIDE = Lanes.VL >= 8;

    private static final VectorShuffle<Float> X8_4 = swap(S8, 4);
    private static final VectorShuffle<Float> X8_2 = swap(S8, 2);
    private static final VectorShuffle<Float> X8_1 = swap(S8, 1);
    private static final VectorMask<Float> M8_4 = upper(S8, 4);
    private static final VectorMask<Float> M8_2 = upper(S8, 2);
    private static final VectorMask<Float> M8_1 = upper(S8, 1);
    private static final VectorShuffle<Float> X4_2 = swap(S4, 2);
    private static final VectorShuffle<Float> X4_1 = swap(S4, 1);
    private static final VectorMask<Float> M4_2 = upper(S4, 2);
    private static final VectorMask<Float> M4_1 = upper(S4, 1);

    /** Rows of x that are copied at a time. */
    private static final int COLUMN_RUN = 32;

    private final ScalarPack edges = new ScalarPack();

    @Override
    public void packRows(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        int whole = rows / width * width;
        int turned = WIDE ? k / 8 * 8 : k / 4 * 4;
        for (int r = 0; r < whole; r += width) {
            int at = packedOffset + r * k;
            int from = offset + r * stride;
            int done = 0;
            if (WIDE) {
                for (; done + 8 <= width; done += 8) {
                    turn8(packed, at + done, x, from + done * stride, stride, turned, width);
                }
            }
            for (; done + 4 <= width; done += 4) {
                turn4(packed, at + done, x, from + done * stride, stride, turned, width);
            }
            if (done < width) {
                // The last four once more in part: the same values at the same places.
                turn4(packed, at + width - 4, x, from + (width - 4) * stride, stride, turned, width);
            }
            ScalarPack.packRowPanel(packed, at, x, from, stride, width, turned, k, width);
        }
        edges.packRows(packed, packedOffset + whole * k, x, offset + whole * stride, stride, rows - whole, k, width);
    }

    /** Eight rows of a panel, k a multiple of 8. */
    private static void turn8(float[] packed, int at, float[] x, int from, int stride, int k, int width) {
        for (int i = 0; i < k; i += 8) {
            transpose8(packed, at + i * width, width, x, from + i, stride);
        }
    }

    /** Four rows of a panel, k a multiple of 4. */
    private static void turn4(float[] packed, int at, float[] x, int from, int stride, int k, int width) {
        for (int i = 0; i < k; i += 4) {
            transpose4(packed, at + i * width, width, x, from + i, stride);
        }
    }

    @Override
    public void packColumns(float[] packed, int packedOffset, float[] x, int offset, int stride, int rows, int k, int width) {
        int whole = rows / width * width;
        // A few rows of x at a time, panel by panel: a handful of streams to read, and a panel's lines are written whole.
        for (int i = 0; i < k; i += COLUMN_RUN) {
            int run = Math.min(COLUMN_RUN, k - i);
            for (int r = 0; r < whole; r += width) {
                copyRun(packed, packedOffset + r * k + i * width, x, offset + i * stride + r, stride, run, width);
            }
        }
        edges.packColumns(packed, packedOffset + whole * k, x, offset + whole, stride, rows - whole, k, width);
    }

    /**
     * Copies {@code width} values from each of n rows, the copies one behind the other. The widths of our tiles have loops without a loop inside: with one, packing weights
     * took three times as long.
     */
    private static void copyRun(float[] packed, int at, float[] x, int from, int stride, int n, int width) {
        if (width == 2 * Lanes.VL) {
            copyPairs(packed, at, x, from, stride, n);
        } else if (width == 12 && WIDE) {
            copyTwelves(packed, at, x, from, stride, n);
        } else {
            copyFours(packed, at, x, from, stride, n, width);
        }
    }

    /** Two vectors a row. */
    private static void copyPairs(float[] packed, int at, float[] x, int from, int stride, int n) {
        for (int i = 0; i < n; i++) {
            int to = at + i * 2 * Lanes.VL;
            FloatVector.fromArray(Lanes.SPECIES, x, from + i * stride).intoArray(packed, to);
            FloatVector.fromArray(Lanes.SPECIES, x, from + i * stride + Lanes.VL).intoArray(packed, to + Lanes.VL);
        }
    }

    private static void copyTwelves(float[] packed, int at, float[] x, int from, int stride, int n) {
        for (int i = 0; i < n; i++) {
            FloatVector.fromArray(S8, x, from + i * stride).intoArray(packed, at + i * 12);
            FloatVector.fromArray(S4, x, from + i * stride + 8).intoArray(packed, at + i * 12 + 8);
        }
    }

    /** Any width from 4 on. */
    private static void copyFours(float[] packed, int at, float[] x, int from, int stride, int n, int width) {
        for (int i = 0; i < n; i++) {
            for (int r = 0; r + 4 <= width; r += 4) {
                FloatVector.fromArray(S4, x, from + i * stride + r).intoArray(packed, at + i * width + r);
            }
            if (width % 4 != 0) {
                // The last four once more in part: the same values at the same places.
                FloatVector.fromArray(S4, x, from + i * stride + width - 4).intoArray(packed, at + i * width + width - 4);
            }
        }
    }

    /** Turns an 8 by 8 square: halves change places, then quarters, then neighbours. */
    private static void transpose8(float[] packed, int at, int width, float[] x, int from, int stride) {
        FloatVector r0 = FloatVector.fromArray(S8, x, from);
        FloatVector r1 = FloatVector.fromArray(S8, x, from + stride);
        FloatVector r2 = FloatVector.fromArray(S8, x, from + 2 * stride);
        FloatVector r3 = FloatVector.fromArray(S8, x, from + 3 * stride);
        FloatVector r4 = FloatVector.fromArray(S8, x, from + 4 * stride);
        FloatVector r5 = FloatVector.fromArray(S8, x, from + 5 * stride);
        FloatVector r6 = FloatVector.fromArray(S8, x, from + 6 * stride);
        FloatVector r7 = FloatVector.fromArray(S8, x, from + 7 * stride);
        FloatVector a0 = low(r0, r4, X8_4, M8_4);
        FloatVector a4 = high(r0, r4, X8_4, M8_4);
        FloatVector a1 = low(r1, r5, X8_4, M8_4);
        FloatVector a5 = high(r1, r5, X8_4, M8_4);
        FloatVector a2 = low(r2, r6, X8_4, M8_4);
        FloatVector a6 = high(r2, r6, X8_4, M8_4);
        FloatVector a3 = low(r3, r7, X8_4, M8_4);
        FloatVector a7 = high(r3, r7, X8_4, M8_4);
        FloatVector b0 = low(a0, a2, X8_2, M8_2);
        FloatVector b2 = high(a0, a2, X8_2, M8_2);
        FloatVector b1 = low(a1, a3, X8_2, M8_2);
        FloatVector b3 = high(a1, a3, X8_2, M8_2);
        FloatVector b4 = low(a4, a6, X8_2, M8_2);
        FloatVector b6 = high(a4, a6, X8_2, M8_2);
        FloatVector b5 = low(a5, a7, X8_2, M8_2);
        FloatVector b7 = high(a5, a7, X8_2, M8_2);
        FloatVector c0 = low(b0, b1, X8_1, M8_1);
        FloatVector c1 = high(b0, b1, X8_1, M8_1);
        FloatVector c2 = low(b2, b3, X8_1, M8_1);
        FloatVector c3 = high(b2, b3, X8_1, M8_1);
        FloatVector c4 = low(b4, b5, X8_1, M8_1);
        FloatVector c5 = high(b4, b5, X8_1, M8_1);
        FloatVector c6 = low(b6, b7, X8_1, M8_1);
        FloatVector c7 = high(b6, b7, X8_1, M8_1);
        c0.intoArray(packed, at);
        c1.intoArray(packed, at + width);
        c2.intoArray(packed, at + 2 * width);
        c3.intoArray(packed, at + 3 * width);
        c4.intoArray(packed, at + 4 * width);
        c5.intoArray(packed, at + 5 * width);
        c6.intoArray(packed, at + 6 * width);
        c7.intoArray(packed, at + 7 * width);
    }

    /** Turns a 4 by 4 square. */
    private static void transpose4(float[] packed, int at, int width, float[] x, int from, int stride) {
        FloatVector r0 = FloatVector.fromArray(S4, x, from);
        FloatVector r1 = FloatVector.fromArray(S4, x, from + stride);
        FloatVector r2 = FloatVector.fromArray(S4, x, from + 2 * stride);
        FloatVector r3 = FloatVector.fromArray(S4, x, from + 3 * stride);
        FloatVector a0 = low(r0, r2, X4_2, M4_2);
        FloatVector a2 = high(r0, r2, X4_2, M4_2);
        FloatVector a1 = low(r1, r3, X4_2, M4_2);
        FloatVector a3 = high(r1, r3, X4_2, M4_2);
        FloatVector b0 = low(a0, a1, X4_1, M4_1);
        FloatVector b1 = high(a0, a1, X4_1, M4_1);
        FloatVector b2 = low(a2, a3, X4_1, M4_1);
        FloatVector b3 = high(a2, a3, X4_1, M4_1);
        b0.intoArray(packed, at);
        b1.intoArray(packed, at + width);
        b2.intoArray(packed, at + 2 * width);
        b3.intoArray(packed, at + 3 * width);
    }

    /** a's lower parts, and in its upper ones b's lower parts. */
    private static FloatVector low(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> upper) {
        return a.blend(b.rearrange(swap), upper);
    }

    /** a's upper parts in the lower ones, and b's upper parts. */
    private static FloatVector high(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> upper) {
        return a.rearrange(swap).blend(b, upper);
    }

    /** Lane j takes lane j xor distance. */
    private static VectorShuffle<Float> swap(VectorSpecies<Float> species, int distance) {
        return VectorShuffle.fromOp(species, j -> j ^ distance);
    }

    /** The lanes j with the bit {@code distance} set. */
    private static VectorMask<Float> upper(VectorSpecies<Float> species, int distance) {
        boolean[] lanes = new boolean[species.length()];
        for (int j = 0; j < lanes.length; j++) {
            lanes[j] = (j & distance) != 0;
        }
        return VectorMask.fromArray(species, lanes, 0);
    }
}
