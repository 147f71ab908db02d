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
 * The left operand is packed by all threads, a slab of it at a time, small enough for the shared cache. Then strips of columns are handed out: a task packs its
 * strip of the right operand for itself, {@value #KC} values of k at a time, so that it stays in its core's L2, and takes the rows of the slab past it. A panel of
 * the left operand stays in L1 meanwhile. None of this shows in the bits, since every output goes on from where it stopped.
 *
 * <p>
 * A product is described call by call, then run by {@link #into}, which forgets the description:
 * {@code product.left(x, 0, C, true).right(w, wOffset, C, true).startAt(bias, bOffset).into(out, 0, OC, rows, OC, C)}. It makes no objects. One at a time.
 */
final class Product {
    /** Values of k that are worked through at a time: a tile is loaded and stored once for each such run. */
    private static final int KC = 768;
    /** Floats of the left operand that are packed at a time: 4 MiB, of which a core's L2 holds a good part. */
    private static final int SLAB = 1 << 20;
    /** Panels of a strip at most: 96 columns of AVX-512's tiles, 288 KiB. */
    private static final int STRIP_PANELS = 3;
    private static final int TASKS_PER_THREAD = 6;
    /** Panels that one task packs: neighbours in memory where the operand lies column by column. */
    private static final int PACKED_PANELS = 8;

    /** What an output holds before the sum is added. */
    private enum Start {
        ZERO, KEEP, ROW
    }

    private final Workers workers;
    private final BlockProduct block;
    private final PackKernel packing;
    private final int mr;
    private final int nr;
    private final Slot[] slots;
    private final Workers.Task packTask = this::pack;
    private final Workers.Task stripTask = this::strip;
    private float[] packedLeft = new float[0];

    private final Operand left = new Operand();
    private final Operand right = new Operand();
    private Start start = Start.ZERO;
    private float[] startRow;
    private int startOffset;
    private Epilogue epilogue;
    private float[] c;
    private int cOffset;
    private int ldc;
    private int n;
    private int depth;

    // The slab of the left operand under way, and its tasks.
    private int firstRow;
    private int slabRows;
    private int paddedRows;
    private int firstK;
    private int slabDepth;
    private int stripColumns;
    private int strips;
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
        this.slots = new Slot[workers.threads()];
        Arrays.setAll(slots, slot -> new Slot(block.scratchFloats(), STRIP_PANELS * nr * KC));
    }

    /** Bytes of memory at most, on that many threads. */
    static long workBytes(Kernels kernels, int threads) {
        long slot = (long) STRIP_PANELS * kernels.tile().nr() * KC;
        return Float.BYTES * (SLAB + (long) kernels.tile().mr() * KC + threads * slot);
    }

    BlockProduct block() {
        return block;
    }

    /** This thread's scratch for {@link BlockProduct#accumulate}. */
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

    /** The sums go on from what the output holds; without this, or {@link #startAt}, they start at zero. */
    Product keep() {
        start = Start.KEEP;
        return this;
    }

    /** The sums of column j start at row[offset + j]. */
    Product startAt(float[] row, int offset) {
        start = Start.ROW;
        startRow = row;
        startOffset = offset;
        return this;
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
        int rowsAtATime = Math.min(m, Math.max(1, SLAB / Math.min(inner, KC) / mr) * mr);
        int padded = Math.ceilDiv(rowsAtATime, mr) * mr;
        int depthAtATime = Math.min(inner, Math.max(1, SLAB / padded / KC) * KC);
        for (firstRow = 0; firstRow < m; firstRow += rowsAtATime) {
            slabRows = Math.min(rowsAtATime, m - firstRow);
            for (firstK = 0; firstK < inner; firstK += depthAtATime) {
                slabDepth = Math.min(depthAtATime, inner - firstK);
                runSlab();
            }
        }
        start = Start.ZERO;
        epilogue = null;
    }

    private void runSlab() {
        paddedRows = Math.ceilDiv(slabRows, mr) * mr;
        int packedFloats = Math.multiplyExact(paddedRows, slabDepth);
        if (packedLeft.length < packedFloats) {
            packedLeft = new float[packedFloats];
        }
        workers.run(Math.ceilDiv(slabRows, PACKED_PANELS * mr) * Math.ceilDiv(slabDepth, KC), packTask);
        chooseTasks();
        workers.run(strips * Math.ceilDiv(slabRows, taskRows), stripTask);
    }

    /** As many strips as keep all threads busy to the end, then pieces of their rows where the strips are too few. */
    private void chooseTasks() {
        int panels = Math.ceilDiv(n, nr);
        int wanted = workers.threads() * TASKS_PER_THREAD;
        int stripPanels = Math.clamp(panels / wanted, 1, STRIP_PANELS);
        stripColumns = stripPanels * nr;
        strips = Math.ceilDiv(panels, stripPanels);
        int parts = Math.clamp(wanted / strips, 1, Math.max(1, slabRows / (PACKED_PANELS * mr)));
        taskRows = Math.ceilDiv(Math.ceilDiv(slabRows, parts), mr) * mr;
    }

    /** Packs a few panels of the left operand. */
    private void pack(int task, int slot) {
        int groups = Math.ceilDiv(slabRows, PACKED_PANELS * mr);
        int i = task % groups * PACKED_PANELS * mr;
        int k = task / groups * KC;
        int kc = Math.min(KC, slabDepth - k);
        left.pack(packing, packedLeft, paddedRows * k + i * kc, firstRow + i, Math.min(PACKED_PANELS * mr, slabRows - i), firstK + k, kc,
            mr);
    }

    /** Some rows of a strip of columns. */
    private void strip(int task, int slot) {
        int j = task % strips * stripColumns;
        int columns = Math.min(stripColumns, n - j);
        int fromRow = task / strips * taskRows;
        int toRow = Math.min(slabRows, fromRow + taskRows);
        float[] packedRight = slots[slot].packedRight;
        for (int k = 0; k < slabDepth; k += KC) {
            int kc = Math.min(KC, slabDepth - k);
            boolean first = firstK + k == 0;
            boolean last = firstK + k + kc == depth;
            right.pack(packing, packedRight, 0, j, columns, firstK + k, kc, nr);
            for (int i = fromRow; i < toRow; i += mr) {
                int rows = Math.min(mr, toRow - i);
                int at = cOffset + (firstRow + i) * ldc + j;
                if (first) {
                    begin(at, j, rows, columns);
                }
                block.accumulate(c, at, ldc, slots[slot].tile, packedLeft, paddedRows * k + i * kc, packedRight, 0, rows, columns, kc);
                if (last && epilogue != null) {
                    epilogue.apply(c, at, ldc, rows, columns);
                }
            }
        }
    }

    private void begin(int at, int column, int rows, int columns) {
        switch (start) {
            case KEEP -> {
                // c is where the sum begins
            }
            case ZERO -> {
                for (int i = 0; i < rows; i++) {
                    Arrays.fill(c, at + i * ldc, at + i * ldc + columns, 0f);
                }
            }
            case ROW -> {
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(startRow, startOffset + column, c, at + i * ldc, columns);
                }
            }
        }
    }
}
