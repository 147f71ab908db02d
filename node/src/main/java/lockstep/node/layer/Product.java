package lockstep.node.layer;

import java.util.stream.IntStream;

import lockstep.node.kernel.BlockProduct;
import lockstep.node.kernel.BlockProduct.Packed;
import lockstep.node.kernel.Panels;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/**
 * Products of matrices on all threads: both operands are packed into panels, then blocks of the output are handed out. The packing buffers grow to the largest
 * operand and stay.
 */
final class Product {
    /** Rows of a block: its panels of a, 240·192 floats for a slice of k, stay in L2. */
    private static final int BLOCK_ROWS = 240;
    private static final int TASKS_PER_THREAD = 8;

    private final Workers workers;
    private final BlockProduct block;
    private final float[][] scratch;
    private float[] packedA = new float[0];
    private float[] packedB = new float[0];

    Product(Workers workers, BlockProduct block) {
        this.workers = workers;
        this.block = block;
        this.scratch = IntStream.range(0, workers.threads()).mapToObj(slot -> new float[block.scratchFloats()]).toArray(float[][]::new);
    }

    BlockProduct block() {
        return block;
    }

    /** This thread's scratch for {@link BlockProduct#accumulate}. */
    float[] scratch(int slot) {
        return scratch[slot];
    }

    /** What an output holds before the sum is added. */
    sealed interface Start {
        /** What it holds already. */
        record Keep() implements Start {}

        record Zero() implements Start {}

        /** A row vector, the same for every row. */
        record Row(float[] data, int offset) implements Start {}
    }

    static final Start KEEP = new Start.Keep();
    static final Start ZERO = new Start.Zero();

    /**
     * c[i][j] = start + Σ a[i][k]·b[j][k], k ascending.
     *
     * @param c (m,n) from cOffset, rows ldc apart
     * @param a m rows of length depth
     * @param b n rows of length depth
     */
    void multiply(Start start, float[] c, int cOffset, int ldc, Operand a, Operand b, int m, int n, int depth) {
        int mr = block.tile().mr();
        int nr = block.tile().nr();
        pack(a, m, b, n, depth);
        Packed pa = new Packed(packedA, 0, depth);
        Packed pb = new Packed(packedB, 0, depth);
        Split rows = Split.into((m + BLOCK_ROWS - 1) / BLOCK_ROWS, m, mr);
        int wantedColumns = Math.max(1, workers.threads() * TASKS_PER_THREAD / rows.parts());
        Split columns = Split.into(wantedColumns, n, nr);
        workers.run(rows.parts() * columns.parts(), (task, slot) -> {
            int i = rows.start(task % rows.parts());
            int blockRows = rows.end(task % rows.parts()) - i;
            int j = columns.start(task / rows.parts());
            int blockColumns = columns.end(task / rows.parts()) - j;
            int at = cOffset + i * ldc + j;
            begin(start, c, at, ldc, j, blockRows, blockColumns);
            block.accumulate(c, at, ldc, scratch[slot], new Packed(pa.data(), i * depth, depth), new Packed(pb.data(), j * depth, depth),
                blockRows, blockColumns, depth);
        });
    }

    private static void begin(Start start, float[] c, int at, int ldc, int firstColumn, int rows, int columns) {
        switch (start) {
            case Start.Keep() -> {
                // c is where the sum begins
            }
            case Start.Zero() -> {
                for (int i = 0; i < rows; i++) {
                    java.util.Arrays.fill(c, at + i * ldc, at + i * ldc + columns, 0f);
                }
            }
            case Start.Row(float[] data, int offset) -> {
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(data, offset + firstColumn, c, at + i * ldc, columns);
                }
            }
        }
    }

    private void pack(Operand a, int m, Operand b, int n, int depth) {
        int mr = block.tile().mr();
        int nr = block.tile().nr();
        packedA = reserve(packedA, Panels.size(m, depth, mr));
        packedB = reserve(packedB, Panels.size(n, depth, nr));
        Split panelsA = new Split(m, mr);
        Split panelsB = new Split(n, nr);
        workers.run(panelsA.parts() + panelsB.parts(), (task, slot) -> {
            if (task < panelsA.parts()) {
                packPanel(packedA, a, panelsA, task, depth);
            } else {
                packPanel(packedB, b, panelsB, task - panelsA.parts(), depth);
            }
        });
    }

    private static void packPanel(float[] packed, Operand x, Split panels, int index, int depth) {
        int r = panels.start(index);
        int rows = panels.end(index) - r;
        switch (x.order()) {
            case ROWS ->
                Panels.packRowPanel(packed, r * depth, x.data(), x.offset() + r * x.stride(), x.stride(), rows, depth, panels.part());
            case COLUMNS -> Panels.packColumnPanel(packed, r * depth, x.data(), x.offset() + r, x.stride(), rows, depth, panels.part());
        }
    }

    private static float[] reserve(float[] buffer, long floats) {
        return buffer.length >= floats ? buffer : new float[Math.toIntExact(floats)];
    }
}
