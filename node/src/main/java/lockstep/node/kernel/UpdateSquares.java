package lockstep.node.kernel;

import java.util.Arrays;

/**
 * The sums of squares that {@link ElementKernels#adamW} takes along, of values that it has in registers anyway: no memory is read for them. One for each thread.
 *
 * <p>
 * A block of {@value #BLOCK} values is summed in float by the 16 virtual lanes of the package, value i of the block in lane i mod 16 by fma; the lanes are widened, folded by halves, and added in
 * double, block by block. A lane adds 1024 squares, so a sum is within 1025·2⁻²⁴ of itself, 6.2e-5, and mostly within some 1e-6, as long as the squares are normal floats: for values from 2⁻⁶³ to 2⁶⁰. Smaller ones are lost beside larger ones in any case; where all are smaller, the sum comes out too small, or 0.
 */
public final class UpdateSquares {
    /** Values that are summed in float; a multiple of the lanes. */
    static final int BLOCK = 16384;

    final float[] gradientLanes = new float[ElementKernels.LANES];
    final float[] weightLanes = new float[ElementKernels.LANES];
    final float[] directionLanes = new float[ElementKernels.LANES];
    private final double[] wide = new double[ElementKernels.LANES];
    private double gradients;
    private double weights;
    private double directions;

    /** Σ of the gradients' squares, before clipping. */
    public double gradients() {
        return gradients;
    }

    /** Σ of the weights' squares, before the update. */
    public double weights() {
        return weights;
    }

    /** Σ of the directions' squares: an update is −lr times its direction, decay included. */
    public double directions() {
        return directions;
    }

    void clear() {
        gradients = 0;
        weights = 0;
        directions = 0;
    }

    void beginBlock() {
        Arrays.fill(gradientLanes, 0f);
        Arrays.fill(weightLanes, 0f);
        Arrays.fill(directionLanes, 0f);
    }

    void endBlock() {
        gradients += folded(gradientLanes);
        weights += folded(weightLanes);
        directions += folded(directionLanes);
    }

    private double folded(float[] lanes) {
        for (int j = 0; j < wide.length; j++) {
            wide[j] = lanes[j];
        }
        return ScalarElements.fold(wide);
    }
}
