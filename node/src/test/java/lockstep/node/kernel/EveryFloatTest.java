package lockstep.node.kernel;

import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@link CurveAccuracyTest} for each of the 2³² − 2²⁴ + 2 floats that are numbers: a few minutes on two cores. */
@Tag("slow")
class EveryFloatTest {
    /** A bound that is looser than the largest error by more than this says too little. */
    private static final double TIGHT = 0.98;

    @ParameterizedTest
    @EnumSource
    void boundsHoldAndAreTight(Curve curve) throws InterruptedException, ExecutionException {
        CurveErrors errors = CurveErrors.sweep(curve, 1);
        errors.assertWithinBounds();
        for (ErrorBound bound : errors.bounds()) {
            assertTrue(errors.worst(bound) > TIGHT * bound.limit, () -> bound + " is no more than " + errors.worst(bound));
        }
    }
}
