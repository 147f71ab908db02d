package lockstep.node.layer;

import java.util.Arrays;

import lockstep.node.kernel.BlockProduct;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.PackKernel;
import lockstep.node.parallel.Workers;

/**
 * c[i][j] = start + Σ a[i][k]·b[j][k], k ascending, on all threads.
 *
 * <p>
 * Strips of columns are handed out: a task packs its strip of the right operand for itself, a run of k at a time, so that it stays in its core's L2, and takes the
 * rows of the left operand past it. A left operand that lies row by row is read where it lies; one that lies column by column is packed first, by all threads, a
 * slab of it at a time. None of this shows in the bits, since every output goes on from where it stopped.
 *
 * <p>
 * A product is described call by call, then run by {@link #into}, which forgets the description:
 * {@code product.left(x, 0, C, true).right(w, wOffset, C, true).startAt(bias, bOffset).into(out, 0, OC, rows, OC, C)}. It makes no objects. One at a time.
 */
final class Product {
    /** Values of k at most that are worked through at a time: a tile is loaded and stored once for each such run. */
    private static final int KC = 1536;
    /** Floats of a packed strip at most, unless it is a single panel: 768 KiB of a core's L2. */
    private static final int STRIP = 3 << 16;
    /** Panels of a strip at most: 384 columns of AVX-512's tiles. The left operand is fetched once for each strip. */
    private static final int STRIP_PANELS = 12;
    /** Floats of the left operand that are packed at a time: 16 MiB, within a large L3. */
    private static final int SLAB = 1 << 22;
    private static final int TASKS_PER_THREAD = 6;
    /** Panels that one task packs: neighbours in memory, since the operand lies column by column. */
    private static final int PACKED_PANELS = 8;
    /** Panels that a task multiplies at least, or packing its strip would cost too much beside. */
    private static final int TASK_PANELS = 16;

    private final Workers workers;
    private final BlockProduct block;
    private final PackKernel packing;
    private final int mr;
    private final int nr;
    private final Slot[] slots;
    private final float[] zeros;
    private final Workers.Task packTask = this::pack;
    private final Workers.Task stripTask = this::strip;
    private float[] packedLeft = new float[0];

    private final Operand left = new Operand();
    private final Operand right = new Operand();
    /** Whether the sums start from what the output holds; else from startRow. */
    private boolean keeps;
    private float[] startRow;
    private int startOffset;
    /** Between the starts of two columns: 1, or 0 for the zeros that all share. */
    private int startStep;
    private Epilogue epilogue;
    private float[] c;
    private int cOffset;
    private int ldc;
    private int n;
    private int depth;
    /** Values of k that are worked through at a time. */
    private int run;

    // The part of the left operand under way, and its tasks.
    private int firstRow;
    private int slabRows;
    private int paddedRows;
    private int firstK;
    private int slabDepth;
    private int strips;
    /** The first column of each strip, and the end of the last one. */
    private int[] stripStart = new int[1];
    private int taskRows;

    /** Memory of one thread. */
    private static final class Slot {
        final float[] tile;
        final float[] packedRight;

        Slot(int tileFloats, int packedFloats) {
            tile = new float[tileFloats];
            packedRight = new float[packedFloats];
        }
    }

    Product(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.block = new BlockProduct(kernels.tile());
        this.packing = kernels.pack();
        this.mr = kernels.tile().mr();
        this.nr = kernels.tile().nr();
        this.zeros = new float[STRIP_PANELS * nr];
        this.slots = new Slot[workers.threads()];
        Arrays.setAll(slots, slot -> new Slot(block.scratchFloats(), stripFloats(nr)));
        startAtZeros();
    }

    private static int stripFloats(int nr) {
        return Math.max(STRIP, nr * KC);
    }

    /** Bytes of memory at most, on that many threads. */
    static long workBytes(Kernels kernels, int threads) {
        return Float.BYTES * (SLAB + (long) kernels.tile().mr() * KC + (long) threads * stripFloats(kernels.tile().nr()));
    }

    BlockProduct block() {
        return block;
    }

    /** This thread's scratch for {@link BlockProduct}. */
    float[] scratch(int slot) {
        return slots[slot].tile;
    }

    /**
     * The operand whose rows are the output's rows.
     *
     * @param rowByRow element (i,k) lies at data[offset + i·stride + k], else at data[offset + k·stride + i]
     */
    Product left(float[] data, int offset, int stride, boolean rowByRow) {
        left.set(data, offset, stride, rowByRow);
        return this;
    }

    /**
     * The operand whose rows are the output's columns.
     *
     * @param rowByRow element (j,k) lies at data[offset + j·stride + k], else at data[offset + k·stride + j]
     */
    Product right(float[] data, int offset, int stride, boolean rowByRow) {
        right.set(data, offset, stride, rowByRow);
        return this;
    }

    /** Where to add, the sums go on from what the output holds; without this, or {@link #startAt}, they start at zero. */
    Product gradient(Into into) {
        keeps = into == Into.ADD;
        return this;
    }

    /** The sums of column j start at row[offset + j]. */
    Product startAt(float[] row, int offset) {
        startRow = row;
        startOffset = offset;
        startStep = 1;
        return this;
    }

    private void startAtZeros() {
        startRow = zeros;
        startOffset = 0;
        startStep = 0;
    }

    /** What follows the last sum of each piece of the output. */
    Product then(Epilogue next) {
        epilogue = next;
        return this;
    }

    /**
     * Runs the product.
     *
     * @param out (m,n) from outOffset, rows ldOut apart
     * @param inner length of k
     */
    void into(float[] out, int outOffset, int ldOut, int m, int columns, int inner) {
        c = out;
        cOffset = outOffset;
        ldc = ldOut;
        n = columns;
        depth = inner;
        run = Math.ceilDiv(inner, Math.ceilDiv(inner, KC));
        if (left.rowByRow()) {
            firstRow = 0;
            slabRows = m;
            firstK = 0;
            slabDepth = inner;
            runStrips();
        } else {
            runSlabs(m, inner);
        }
        keeps = false;
        startAtZeros();
        epilogue = null;
    }

    private void runSlabs(int m, int inner) {
        int mostRows = Math.max(1, SLAB / run / mr) * mr;
        int rowsAtATime = Math.ceilDiv(Math.ceilDiv(m, Math.ceilDiv(m, mostRows)), mr) * mr;
        int depthAtATime = Math.max(1, SLAB / rowsAtATime / run) * run;
        for (firstRow = 0; firstRow < m; firstRow += rowsAtATime) {
            slabRows = Math.min(rowsAtATime, m - firstRow);
            paddedRows = Math.ceilDiv(slabRows, mr) * mr;
            for (firstK = 0; firstK < inner; firstK += depthAtATime) {
                slabDepth = Math.min(depthAtATime, inner - firstK);
                packSlab();
                runStrips();
            }
        }
    }

    private void packSlab() {
        int packedFloats = Math.multiplyExact(paddedRows, slabDepth);
        if (packedLeft.length < packedFloats) {
            packedLeft = new float[packedFloats];
        }
        workers.run(Math.ceilDiv(slabRows, PACKED_PANELS * mr) * Math.ceilDiv(slabDepth, run), packTask);
    }

    /** Packs a few panels of the left operand. */
    private void pack(int task, int slot) {
        int groups = Math.ceilDiv(slabRows, PACKED_PANELS * mr);
        int i = task % groups * PACKED_PANELS * mr;
        int k = task / groups * run;
        int kc = Math.min(run, slabDepth - k);
        left.pack(packing, packedLeft, paddedRows * k + i * kc, firstRow + i, Math.min(PACKED_PANELS * mr, slabRows - i), firstK + k, kc,
            mr);
    }

    /**
     * Wide strips first, then ever narrower ones, down to a panel, so that all threads end at about the same time; pieces of a strip's rows where there are fewer
     * strips than the threads can use.
     */
    private void runStrips() {
        int panels = Math.ceilDiv(n, nr);
        if (stripStart.length <= panels) {
            stripStart = new int[panels + 1];
        }
        int widest = Math.clamp(STRIP / (nr * run), 1, STRIP_PANELS);
        strips = 0;
        for (int panel = 0; panel < panels; panel += Math.clamp((panels - panel) / workers.threads(), 1, widest)) {
            stripStart[strips++] = panel * nr;
        }
        stripStart[strips] = n;
        int wanted = workers.threads() * TASKS_PER_THREAD;
        int parts = Math.clamp(wanted / strips, 1, Math.max(1, slabRows / (TASK_PANELS * mr)));
        taskRows = Math.ceilDiv(Math.ceilDiv(slabRows, parts), mr) * mr;
        workers.run(strips * Math.ceilDiv(slabRows, taskRows), stripTask);
    }

    /** Some rows of a strip of columns. */
    private void strip(int task, int slot) {
        int j = stripStart[task % strips];
        int columns = stripStart[task % strips + 1] - j;
        int fromRow = task / strips * taskRows;
        int toRow = Math.min(slabRows, fromRow + taskRows);
        float[] packedRight = slots[slot].packedRight;
        for (int k = 0; k < slabDepth; k += run) {
            int kc = Math.min(run, slabDepth - k);
            boolean last = firstK + k + kc == depth;
            right.pack(packing, packedRight, 0, j, columns, firstK + k, kc, nr);
            for (int i = fromRow; i < toRow; i += mr) {
                int rows = Math.min(mr, toRow - i);
                multiply(slots[slot], i, j, k, rows, columns, kc);
                if (last && epilogue != null) {
                    epilogue.apply(c, cOffset + (firstRow + i) * ldc + j, ldc, rows, columns);
                }
            }
        }
    }

    /** A panel's rows of the left operand past a strip. Where the sums start is read in place, so that an output is written once. */
    private void multiply(Slot slot, int i, int j, int k, int rows, int columns, int kc) {
        int at = cOffset + (firstRow + i) * ldc + j;
        boolean goesOn = keeps || firstK + k > 0;
        float[] start = goesOn ? c : startRow;
        int from = goesOn ? at : startOffset + startStep * j;
        int ldStart = goesOn ? ldc : 0;
        if (left.rowByRow()) {
            block.multiplyRows(c, at, ldc, start, from, ldStart, slot.tile, left.data(), left.at(firstRow + i, firstK + k), left.stride(),
                slot.packedRight, 0, rows, columns, kc);
        } else {
            block.multiply(c, at, ldc, start, from, ldStart, slot.tile, packedLeft, paddedRows * k + i * kc, slot.packedRight, 0, rows,
                columns, kc);
        }
    }
}
