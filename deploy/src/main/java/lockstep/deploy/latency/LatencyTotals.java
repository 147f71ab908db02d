package lockstep.deploy.latency;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

import lockstep.common.latency.Interval;
import lockstep.common.latency.IntervalLogFile;

/**
 * All that the latency logs of a run hold, added up.
 *
 * @param merged of all nodes
 * @param nodes of each by itself
 */
public record LatencyTotals(Interval merged, SortedMap<String, Interval> nodes) {
    /** @throws lockstep.common.UserError when there are no logs, or when a line is none of them */
    public static LatencyTotals read(Path runDir) {
        LatencyFiles files = new LatencyFiles(runDir);
        files.requireMerged();
        SortedMap<String, Interval> nodes = new TreeMap<>();
        files.nodes().forEach((node, log) -> nodes.put(node, total(log)));
        return new LatencyTotals(total(files.merged()), nodes);
    }

    private static Interval total(Path log) {
        Interval total = new Interval(Long.MAX_VALUE, Long.MIN_VALUE);
        IntervalLogFile.read(log, total::add);
        return total;
    }
}
