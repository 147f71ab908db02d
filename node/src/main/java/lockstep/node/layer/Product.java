package lockstep.node.layer;

import java.util.Arrays;

import lockstep.node.kernel.BlockProduct;
import lockstep.node.kernel.Kernels;
import lockstep.node.kernel.PackKernel;
import lockstep.node.kernel.TileKernel;
import lockstep.node.parallel.Workers;

/**
 * c[i][j] = start + Σ a[i][k]·b[j][k], k ascending, on all threads.
 *
 * <p>
 * Strips of one operand are handed out: a task packs its strip for itself, a run of k at a time, so that it stays in its core's L2, and takes the panels of the other
 * operand past it. A left operand that lies row by row passes where it lies, and the strips are the output's columns. Where both lie column by column, the one with
 * fewer rows passes: it is packed first, by all threads, a slab of it at a time, which costs a way to memory and back. None of this shows in the bits, since every
 * output goes on from where it stopped.
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
    /** Rows of the strip's operand at most. The other operand is fetched once for each strip. */
    private static final int STRIP_ROWS = 384;
    /** Floats of the passing operand that are packed at a time: 16 MiB, within a large L3. */
    private static final int SLAB = 1 << 22;
    private static final int TASKS_PER_THREAD = 6;
    /** Rows that one task packs: neighbours in memory, since the operand lies column by column. */
    private static final int PACKED_ROWS = 96;
    /** Rows of the passing operand that a task multiplies at least, or packing its strip would cost too much beside. */
    private static final int TASK_ROWS = 192;

    private final Workers workers;
    private final BlockProduct block;
    private final PackKernel packing;
    private final Slot[] slots;
    private final float[] zeros = new float[STRIP_ROWS];
    private final Workers.Task packTask = this::pack;
    private final Workers.Task stripTask = this::strip;
    private float[] slab = new float[0];

    private final Operand left;
    private final Operand right;
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
    private int depth;
    /** Values of k that are worked through at a time. */
    private int run;

    // The part of the passing operand under way, and its tasks.
    private Operand passing;
    private Operand striped;
    private int firstRow;
    private int slabRows;
    private int paddedRows;
    private int firstK;
    private int slabDepth;
    private int strips;
    /** The first row of each strip, and the end of the last one. */
    private int[] stripStart = new int[1];
    private int taskRows;

    /** Memory of one thread. */
    private static final class Slot {
        final float[] tile;
        final float[] strip;

        Slot(int tileFloats, int stripFloats) {
            tile = new float[tileFloats];
            strip = new float[stripFloats];
        }
    }

    Product(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.block = new BlockProduct(kernels.tile());
        this.packing = kernels.pack();
        this.left = new Operand(kernels.tile().mr());
        this.right = new Operand(kernels.tile().nr());
        this.passing = left;
        this.striped = right;
        this.slots = new Slot[workers.threads()];
        Arrays.setAll(slots, slot -> new Slot(block.scratchFloats(), stripFloats(kernels.tile())));
        startAtZeros();
    }

    private static int widestPanel(TileKernel tile) {
        return Math.max(tile.mr(), tile.nr());
    }

    private static int stripFloats(TileKernel tile) {
        return Math.max(STRIP, widestPanel(tile) * KC);
    }

    /** Bytes of memory at most, on that many threads. */
    static long workBytes(Kernels kernels, int threads) {
        return Float.BYTES * (SLAB + (long) widestPanel(kernels.tile()) * KC + (long) threads * stripFloats(kernels.tile()));
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
        left.rows(m);
        right.rows(columns);
        depth = inner;
        run = Math.ceilDiv(inner, Math.ceilDiv(inner, KC));
        boolean rightPasses = !left.rowByRow() && !right.rowByRow() && columns < m;
        passing = rightPasses ? right : left;
        striped = rightPasses ? left : right;
        if (passing.rowByRow()) {
            firstRow = 0;
            slabRows = m;
            firstK = 0;
            slabDepth = inner;
            runStrips();
        } else {
            runSlabs();
        }
        keeps = false;
        startAtZeros();
        epilogue = null;
    }

    private void runSlabs() {
        int panel = passing.panel();
        int all = passing.rows();
        int mostRows = Math.max(1, SLAB / run / panel) * panel;
        int rowsAtATime = Math.ceilDiv(Math.ceilDiv(all, Math.ceilDiv(all, mostRows)), panel) * panel;
        int depthAtATime = Math.max(1, SLAB / rowsAtATime / run) * run;
        for (firstRow = 0; firstRow < all; firstRow += rowsAtATime) {
            slabRows = Math.min(rowsAtATime, all - firstRow);
            paddedRows = Math.ceilDiv(slabRows, panel) * panel;
            for (firstK = 0; firstK < depth; firstK += depthAtATime) {
                slabDepth = Math.min(depthAtATime, depth - firstK);
                packSlab();
                runStrips();
            }
        }
    }

    private void packSlab() {
        int packedFloats = Math.multiplyExact(paddedRows, slabDepth);
        if (slab.length < packedFloats) {
            slab = new float[packedFloats];
        }
        workers.run(Math.ceilDiv(slabRows, packedRows()) * Math.ceilDiv(slabDepth, run), packTask);
    }

    private int packedRows() {
        return Math.max(1, PACKED_ROWS / passing.panel()) * passing.panel();
    }

    /** Packs a few panels of the passing operand. */
    private void pack(int task, int slot) {
        int groups = Math.ceilDiv(slabRows, packedRows());
        int i = task % groups * packedRows();
        int k = task / groups * run;
        int kc = Math.min(run, slabDepth - k);
        passing.pack(packing, slab, paddedRows * k + i * kc, firstRow + i, Math.min(packedRows(), slabRows - i), firstK + k, kc);
    }

    /**
     * Wide strips first, then ever narrower ones, down to a panel, so that all threads end at about the same time; pieces of the passing rows where there are fewer
     * strips than the threads can use.
     */
    private void runStrips() {
        int panel = striped.panel();
        int panels = Math.ceilDiv(striped.rows(), panel);
        if (stripStart.length <= panels) {
            stripStart = new int[panels + 1];
        }
        int widest = Math.clamp(STRIP / (panel * run), 1, STRIP_ROWS / panel);
        strips = 0;
        for (int at = 0; at < panels; at += Math.clamp((panels - at) / workers.threads(), 1, widest)) {
            stripStart[strips++] = at * panel;
        }
        stripStart[strips] = striped.rows();
        int wanted = workers.threads() * TASKS_PER_THREAD;
        int parts = Math.clamp(wanted / strips, 1, Math.max(1, slabRows / TASK_ROWS));
        taskRows = Math.ceilDiv(Math.ceilDiv(slabRows, parts), passing.panel()) * passing.panel();
        workers.run(strips * Math.ceilDiv(slabRows, taskRows), stripTask);
    }

    /** Some of the passing rows past a strip. */
    private void strip(int task, int slot) {
        int s = stripStart[task % strips];
        int width = stripStart[task % strips + 1] - s;
        int from = task / strips * taskRows;
        int to = Math.min(slabRows, from + taskRows);
        for (int k = 0; k < slabDepth; k += run) {
            int kc = Math.min(run, slabDepth - k);
            striped.pack(packing, slots[slot].strip, 0, s, width, firstK + k, kc);
            for (int p = from; p < to; p += passing.panel()) {
                int rows = Math.min(passing.panel(), to - p);
                int packedAt = paddedRows * k + p * kc;
                if (passing == left) {
                    multiply(slots[slot], packedAt, firstRow + p, s, rows, width, firstK + k, kc);
                } else {
                    multiply(slots[slot], packedAt, s, firstRow + p, width, rows, firstK + k, kc);
                }
            }
        }
    }

    /**
     * A panel of the passing operand past a strip: a piece of the output. Where the sums start is read in place, so that an output is written once.
     *
     * @param packedAt where the panel lies in the slab
     */
    private void multiply(Slot slot, int packedAt, int i, int j, int rows, int columns, int k, int kc) {
        int at = cOffset + i * ldc + j;
        boolean goesOn = keeps || k > 0;
        float[] start = goesOn ? c : startRow;
        int from = goesOn ? at : startOffset + startStep * j;
        int ldStart = goesOn ? ldc : 0;
        if (left.rowByRow()) {
            block.multiplyRows(c, at, ldc, start, from, ldStart, slot.tile, left.data(), left.at(i, k), left.stride(), slot.strip, 0, rows,
                columns, kc);
        } else if (passing == left) {
            block.multiply(c, at, ldc, start, from, ldStart, slot.tile, slab, packedAt, slot.strip, 0, rows, columns, kc);
        } else {
            block.multiply(c, at, ldc, start, from, ldStart, slot.tile, slot.strip, 0, slab, packedAt, rows, columns, kc);
        }
        if (epilogue != null && k + kc == depth) {
            epilogue.apply(c, at, ldc, rows, columns);
        }
    }
}
