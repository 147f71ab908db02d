package lockstep.deploy.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;

/** What became of each percentile from one run to another. */
public final class LatencyComparison {
    private LatencyComparison() {}

    /**
     * A row for each tag that both have.
     *
     * @param first the change is in percent of this one
     */
    public static List<String> lines(Interval first, Interval second) {
        List<String> lines = new ArrayList<>();
        lines.add(
            String.format(Locale.ROOT, "%-" + LatencyTable.NAME + "s %24s %24s %24s %24s", "change, ms", "p50", "p90", "p99", "p99.9"));
        for (String tag : LatencyTable.tags(first)) {
            if (second.byTag().containsKey(tag)) {
                lines.add(row(tag, first.of(tag), second.of(tag)));
            }
        }
        return lines;
    }

    private static String row(String tag, Latencies first, Latencies second) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-" + (LatencyTable.NAME - 2) + "s", tag));
        for (double percentile : LatencyTable.PERCENTILES) {
            boolean supported = first.supports(percentile) && second.supports(percentile);
            row.append(String.format(Locale.ROOT, " %24s",
                supported ? change(first.percentileMs(percentile), second.percentileMs(percentile)) : LatencyTable.TOO_FEW));
        }
        return row.toString();
    }

    private static String change(double before, double after) {
        String percent = before == 0 ? "" : String.format(Locale.ROOT, " %+.1f%%", 100 * (after - before) / before);
        return LatencyTable.millis(before) + " -> " + LatencyTable.millis(after) + percent;
    }
}
