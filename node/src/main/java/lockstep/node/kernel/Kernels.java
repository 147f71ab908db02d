package lockstep.node.kernel;

/**
 * One implementation of every kernel.
 *
 * @param tile the innermost loop of all products
 * @param rows kernels that reduce along a row
 * @param elements kernels that treat each element, or each column, by itself
 */
public record Kernels(TileKernel tile, RowKernels rows, ElementKernels elements) {
    /** Plain loops: the specification. */
    public static Kernels scalar() {
        return new Kernels(new ScalarTile(), new ScalarRows(), new ScalarElements());
    }

    /** The Vector API at the width of this process. */
    public static Kernels vector() {
        return new Kernels(VectorTile.forWidth(), new VectorRows(), new VectorElements());
    }

    /** Width of the vectors that {@link #vector()} uses, in bits. */
    public static int vectorBits() {
        return Lanes.VL * Float.SIZE;
    }
}
