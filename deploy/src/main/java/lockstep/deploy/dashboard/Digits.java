package lockstep.deploy.dashboard;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers for eyes. */
final class Digits {
    private static final MathContext SIX = new MathContext(6);

    private Digits() {}

    /** Six significant ones: more than a screen has, and a third of the bytes. */
    static double few(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(SIX).doubleValue() : value;
    }
}
