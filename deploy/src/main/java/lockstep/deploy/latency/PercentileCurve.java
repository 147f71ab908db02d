package lockstep.deploy.latency;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import lockstep.common.latency.Latencies;

/**
 * A percentile curve: the duration that a share of all did not exceed. Ends where there are too few durations for more.
 *
 * @param name for the legend
 * @param nines 1/(1−p) of each point, from 1 on and on a logarithmic axis evenly spaced: 10 is p90, 100 is p99
 * @param millis the durations at these
 */
public record PercentileCurve(String name, List<Double> nines, List<Double> millis) {
    private static final int POINTS_PER_DECADE = 40;

    static PercentileCurve of(String name, Latencies latencies) {
        List<Double> nines = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int i = 0;; i++) {
            double n = StrictMath.pow(10, (double) i / POINTS_PER_DECADE);
            if (n > latencies.count()) {
                return new PercentileCurve(name, nines, millis);
            }
            nines.add(n);
            millis.add(latencies.percentileMs(percentile(n)));
        }
    }

    /** 90 of 10, 99 of 100. */
    static double percentile(double nines) {
        return 100 - 100 / nines;
    }

    /** {@code p90} of 10, {@code p99.9} of 1000. */
    static String label(double nines) {
        return "p" + BigDecimal.valueOf(Math.round(percentile(nines) * 1e7), 7).stripTrailingZeros().toPlainString();
    }
}
