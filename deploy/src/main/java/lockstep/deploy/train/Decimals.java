package lockstep.deploy.train;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as text without exponents. */
final class Decimals {
    private Decimals() {}

    /** As C's {@code %.nf}: the exact binary value, rounded half to even. */
    static String fixed(double value, int digits) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** The shortest decimal that reads back as the same double. */
    static BigDecimal plain(double value) {
        return new BigDecimal(Double.toString(value));
    }

    /** The shortest decimal that reads back as the same float. */
    static BigDecimal plain(float value) {
        return new BigDecimal(Float.toString(value));
    }

    static BigDecimal rounded(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN);
    }
}
