package lockstep.node.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The largest errors of a curve, one for each of its bounds, and how often vectors and plain loops differ. */
final class CurveErrors implements Sweep.Visitor {
    private final Curve curve;
    private final List<ErrorBound> bounds;
    private final float[] scalar = new float[Sweep.BLOCK];
    private final float[] vector = new float[Sweep.BLOCK];
    private final double[] worst = new double[ErrorBound.values().length];
    private final float[] worstAt = new float[ErrorBound.values().length];
    private long differing;

    CurveErrors(Curve curve) {
        this.curve = curve;
        this.bounds = Arrays.stream(ErrorBound.values()).filter(bound -> bound.curve == curve).toList();
    }

    /** Over all floats, or one in {@code stride} of them. */
    static CurveErrors sweep(Curve curve, int stride) throws InterruptedException, ExecutionException {
        return Sweep.run(stride, () -> new CurveErrors(curve)).stream().reduce(CurveErrors::plus).orElseThrow();
    }

    void assertWithinBounds() {
        assertEquals(0, differing, "floats of which vectors and plain loops make different bits");
        assertAll(bounds.stream()
            .map(bound -> () -> assertTrue(worst(bound) <= bound.limit, () -> bound + ": " + worst(bound) + " at " + worstAt(bound))));
    }

    @Override
    public void visit(float[] x, int n) {
        curve.scalar(scalar, x);
        curve.vector(vector, x);
        for (int i = 0; i < n; i++) {
            // Any NaN is as good as another.
            if (Float.floatToIntBits(scalar[i]) != Float.floatToIntBits(vector[i])) {
                differing++;
            }
            measure(x[i], vector[i]);
        }
    }

    private void measure(float x, float found) {
        double exact = Double.NaN;
        for (ErrorBound bound : bounds) {
            if (bound.holdsAt(x)) {
                exact = Double.isNaN(exact) ? curve.exact(x) : exact;
                add(bound, bound.error(x, found, exact), x);
            }
        }
    }

    private void add(ErrorBound bound, double error, float x) {
        if (error > worst[bound.ordinal()]) {
            worst[bound.ordinal()] = error;
            worstAt[bound.ordinal()] = x;
        }
    }

    private CurveErrors plus(CurveErrors other) {
        CurveErrors sum = new CurveErrors(curve);
        sum.differing = differing + other.differing;
        for (ErrorBound bound : bounds) {
            sum.add(bound, worst(bound), worstAt(bound));
            sum.add(bound, other.worst(bound), other.worstAt(bound));
        }
        return sum;
    }

    List<ErrorBound> bounds() {
        return bounds;
    }

    double worst(ErrorBound bound) {
        return worst[bound.ordinal()];
    }

    float worstAt(ErrorBound bound) {
        return worstAt[bound.ordinal()];
    }
}
