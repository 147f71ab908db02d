package lockstep.deploy.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;
import lockstep.common.latency.NodeTimer;
import lockstep.common.timing.Phase;

/** Percentiles in columns. Where there are too few durations for one it says so: percentile p needs 1/(1−p) of them. */
public final class LatencyTable {
    static final double[] PERCENTILES = {50, 90, 99, 99.9};
    /** Columns of a row's name. */
    static final int NAME = 24;
    static final String TOO_FEW = "too few";
    private static final String RULE = "too few: percentile p needs at least 1/(1-p) durations: 10 for p90, 100 for p99, 1000 for p99.9";

    private final List<String> lines = new ArrayList<>();
    private boolean tooFew;

    private LatencyTable() {}

    /** A run's: all nodes, then, where there are several, each by itself. */
    public static List<String> lines(LatencyTotals totals) {
        LatencyTable table = new LatencyTable();
        table.add(totals.nodes().size() > 1 ? "all " + totals.nodes().size() + " nodes" : "latency", totals.merged());
        if (totals.nodes().size() > 1) {
            totals.nodes().forEach(table::add);
        }
        if (table.tooFew) {
            table.lines.add(RULE);
        }
        return table.lines;
    }

    private void add(String title, Interval interval) {
        lines.add(String.format(Locale.ROOT, "%-" + NAME + "s %10s %10s %10s %10s %10s %9s", title + ", ms", "p50", "p90", "p99", "p99.9",
            "max", "count"));
        for (String tag : tags(interval)) {
            lines.add(row(tag, interval.of(tag)));
        }
    }

    private String row(String tag, Latencies latencies) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-" + (NAME - 2) + "s", tag));
        for (double percentile : PERCENTILES) {
            boolean supported = latencies.supports(percentile);
            tooFew |= !supported;
            row.append(String.format(Locale.ROOT, " %10s", supported ? millis(latencies.percentileMs(percentile)) : TOO_FEW));
        }
        return row.append(String.format(Locale.ROOT, " %10s %9d", millis(latencies.maxMs()), latencies.count())).toString();
    }

    /** With the three digits that a histogram keeps. */
    static String millis(double ms) {
        int decimals = ms < 10 ? 3 : ms < 100 ? 2 : ms < 1000 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", ms);
    }

    /** Phases in their order, then peers, then the first steps of each process as a whole. */
    static List<String> tags(Interval interval) {
        List<String> tags = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            if (interval.byTag().containsKey(phase.tag())) {
                tags.add(phase.tag());
            }
        }
        interval.byTag().keySet().stream().filter(tag -> tag.startsWith(NodeTimer.PEER) || tag.equals(NodeTimer.WARM_UP + Phase.STEP.tag()))
            .forEach(tags::add);
        return tags;
    }
}
