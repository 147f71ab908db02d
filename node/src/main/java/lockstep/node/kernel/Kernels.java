package lockstep.node.kernel;

import java.util.List;

import lockstep.common.UserError;

/**
 * One implementation of every kernel.
 *
 * @param tile the innermost loop of all products
 * @param pack what brings operands into the tile's order
 * @param rows kernels that reduce along a row
 * @param elements kernels that treat each element, or each column, by itself
 */
public record Kernels(TileKernel tile, PackKernel pack, RowKernels rows, ElementKernels elements) {
    /** System property: 512, 256 or 128, the bits of a vector, or scalar. Without it, the widest vectors that the processor prefers, up to 512. */
    public static final String PROPERTY = "lockstep.vector";
    /** The property's value for plain loops. */
    public static final String SCALAR = "scalar";
    private static final List<String> NAMES = List.of("512", "256", "128", SCALAR);

    /** Plain loops: the specification. */
    public static Kernels scalar() {
        return new Kernels(new ScalarTile(), new ScalarPack(), new ScalarRows(), new ScalarElements());
    }

    /** The Vector API at the width of this process. */
    public static Kernels vector() {
        return new Kernels(VectorTile.forWidth(), new VectorPack(), new VectorRows(), new VectorElements());
    }

    /**
     * Sets what {@link #ofThisProcess} gives, before the first kernel is made.
     *
     * @param name a value of {@link #PROPERTY}
     * @throws UserError when there is no such value, or when vectors of another width are in use already
     */
    public static void choose(String name) {
        if (!NAMES.contains(name)) {
            throw new UserError("--vector: found " + name + ", expected one of " + String.join(", ", NAMES));
        }
        System.setProperty(PROPERTY, name);
        if (!name.equals(SCALAR) && vectorBits() != Integer.parseInt(name)) {
            throw new UserError("--vector: found " + name + ", expected " + vectorBits() + ", which this process computes with already");
        }
    }

    /** What the system property {@link #PROPERTY} asks for. */
    public static Kernels ofThisProcess() {
        return isScalar() ? scalar() : vector();
    }

    /** What {@link #ofThisProcess()} computes with, for people: "512 bits", or "scalar". */
    public static String description() {
        return isScalar() ? SCALAR : vectorBits() + " bits";
    }

    /** Width of the vectors that {@link #vector()} uses, in bits. */
    public static int vectorBits() {
        return Lanes.VL * Float.SIZE;
    }

    private static boolean isScalar() {
        return SCALAR.equals(System.getProperty(PROPERTY));
    }
}
