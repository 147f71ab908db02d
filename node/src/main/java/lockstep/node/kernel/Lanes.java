package lockstep.node.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import lockstep.common.UserError;

/** The vector width of this process, fixed when the class loads so that C2 sees constants. */
final class Lanes {
    static final VectorSpecies<Float> SPECIES = choose(System.getProperty(Kernels.PROPERTY));
    /** Floats in a vector: 16, 8 or 4. */
    static final int VL = SPECIES.length();

    static final VectorShuffle<Float> SWAP_8 = swap(8);
    static final VectorShuffle<Float> SWAP_4 = swap(4);
    static final VectorShuffle<Float> SWAP_2 = swap(2);
    static final VectorShuffle<Float> SWAP_1 = swap(1);

    private Lanes() {}

    /** Lane j takes lane j xor distance. A distance beyond the width is never used. */
    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(SPECIES, j -> (j ^ distance) % VL);
    }

    private static VectorSpecies<Float> choose(String bits) {
        if (bits == null || bits.equals(Kernels.SCALAR)) {
            return FloatVector.SPECIES_PREFERRED.length() < FloatVector.SPECIES_512.length()
                ? FloatVector.SPECIES_PREFERRED
                : FloatVector.SPECIES_512;
        }
        return switch (bits) {
            case "512" -> FloatVector.SPECIES_512;
            case "256" -> FloatVector.SPECIES_256;
            case "128" -> FloatVector.SPECIES_128;
            default ->
                throw new UserError("system property " + Kernels.PROPERTY + ": found " + bits + ", expected 512, 256, 128 or scalar");
        };
    }
}
