package lockstep.node.layer;

import java.util.function.DoubleSupplier;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Holds a gradient against central differences of the function itself. In fp32 a difference of two evaluations carries their rounding divided by the step, hence
 * a wide step and a bound on the whole vector: ‖a − b‖ ≤ 2 % ‖b‖, which a missing or doubled term exceeds by far.
 */
final class CentralDifferences {
    private static final float STEP = 1e-2f;
    private static final double TOLERANCE = 0.02;

    private CentralDifferences() {}

    /** @param gradient of f with respect to x[from..from+gradient.length) as the layer computed it */
    static void check(String name, float[] gradient, float[] x, int from, DoubleSupplier f) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < gradient.length; i++) {
            float kept = x[from + i];
            x[from + i] = kept + STEP;
            double above = f.getAsDouble();
            x[from + i] = kept - STEP;
            double below = f.getAsDouble();
            x[from + i] = kept;
            double slope = (above - below) / (2.0 * STEP);
            difference += (gradient[i] - slope) * (gradient[i] - slope);
            norm += slope * slope;
        }
        double relative = Math.sqrt(difference / norm);
        assertTrue(norm > 0 && relative <= TOLERANCE, () -> name + ": relative difference " + relative);
    }

    /** Σ x·weights in double: a scalar whose gradient with respect to x is {@code weights}. */
    static double weigh(float[] x, float[] weights) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (double) x[i] * weights[i];
        }
        return sum;
    }
}
