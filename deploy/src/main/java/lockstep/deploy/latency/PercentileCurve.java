package lockstep.deploy.latency;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import lockstep.common.latency.Latencies;

/**
 * A percentile curve: the duration that a share of all did not exceed. Ends where there are too few durations for more.
 *
 * @param name for the legend
 * @param nines number of nines of each point's percentile, −log10(1−p): 0 is p0, 1 is p90, 2 is p99; evenly spaced
 * @param millis the durations at these
 */
public record PercentileCurve(String name, List<Double> nines, List<Double> millis) {
    private static final int POINTS_PER_NINE = 40;

    public static PercentileCurve of(String name, Latencies latencies) {
        List<Double> nines = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int i = 0;; i++) {
            double n = (double) i / POINTS_PER_NINE;
            if (StrictMath.pow(10, n) > latencies.count() + 1e-6) {
                return new PercentileCurve(name, nines, millis);
            }
            nines.add(n);
            millis.add(latencies.percentileMs(percentile(n)));
        }
    }

    /** 90 of 1, 99 of 2. */
    private static double percentile(double nines) {
        return 100 - 100 / StrictMath.pow(10, nines);
    }

    /** {@code p90} of 1, {@code p99.9} of 3; nothing between whole numbers. */
    static String label(double nines) {
        int whole = (int) Math.round(nines);
        if (Math.abs(nines - whole) > 1e-6) {
            return " ";
        }
        return "p" + BigDecimal.valueOf(100).subtract(BigDecimal.ONE.movePointLeft(whole - 2)).stripTrailingZeros().toPlainString();
    }
}
