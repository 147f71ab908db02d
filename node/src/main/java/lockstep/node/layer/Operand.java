package lockstep.node.layer;

/**
 * One side of a product where it lies in memory: rows r, each a vector along the inner dimension k.
 *
 * @param stride floats between neighbours in the slower dimension
 * @param order which dimension is the faster one
 */
record Operand(float[] data, int offset, int stride, Order order) {
    enum Order {
        /** Element (r,k) at offset + r·stride + k. */
        ROWS,
        /** Element (r,k) at offset + k·stride + r. */
        COLUMNS
    }

    static Operand rows(float[] data, int offset, int stride) {
        return new Operand(data, offset, stride, Order.ROWS);
    }

    static Operand columns(float[] data, int offset, int stride) {
        return new Operand(data, offset, stride, Order.COLUMNS);
    }
}
