package lockstep.node.layer;

import lockstep.node.kernel.PackKernel;

/**
 * One side of a product where it lies in memory: rows r, each a vector along the inner dimension k. Set anew for each product, since a step makes no objects.
 */
final class Operand {
    private final int panel;
    private int rows;
    private float[] data;
    private int offset;
    private int stride;
    /** Element (r,k) lies at offset + r·stride + k, else at offset + k·stride + r. */
    private boolean rowByRow;

    /** @param panel rows of the tile on this side */
    Operand(int panel) {
        this.panel = panel;
    }

    void set(float[] data, int offset, int stride, boolean rowByRow) {
        this.data = data;
        this.offset = offset;
        this.stride = stride;
        this.rowByRow = rowByRow;
    }

    void rows(int rows) {
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    int panel() {
        return panel;
    }

    boolean rowByRow() {
        return rowByRow;
    }

    float[] data() {
        return data;
    }

    /** Floats between neighbours in the slower dimension. */
    int stride() {
        return stride;
    }

    /** Where row r's value k lies, row by row. */
    int at(int r, int k) {
        return offset + r * stride + k;
    }

    /** Packs rows from r on, values from k on, into panels. */
    void pack(PackKernel kernel, float[] packed, int packedOffset, int r, int count, int k, int depth) {
        if (rowByRow) {
            kernel.packRows(packed, packedOffset, data, at(r, k), stride, count, depth, panel);
        } else {
            kernel.packColumns(packed, packedOffset, data, offset + k * stride + r, stride, count, depth, panel);
        }
    }
}
