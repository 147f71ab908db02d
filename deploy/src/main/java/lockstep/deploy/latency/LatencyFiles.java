package lockstep.deploy.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.format.FileNames;
import lockstep.common.latency.Interval;
import lockstep.common.latency.IntervalLog;

/** The latency logs of a run directory. */
public final class LatencyFiles {
    /** Name of the log of all nodes together. */
    public static final String MERGED = "latency.hlog";
    private static final String PREFIX = "latency-";
    private static final String SUFFIX = ".hlog";

    private final Path runDir;

    public LatencyFiles(Path runDir) {
        this.runDir = runDir;
    }

    /** Of all nodes together. */
    Path merged() {
        return runDir.resolve(MERGED);
    }

    private Path of(String node) {
        return runDir.resolve(name(node));
    }

    /** Name of a node's own log. A colon of an address is no character for file names. */
    public static String name(String node) {
        return PREFIX + node.replace(':', '-') + SUFFIX;
    }

    /**
     * Appends an interval of each of the nodes, and their sum.
     *
     * @param clock the node by whose clock the sum stands in time: those of others may be wrong
     */
    public void append(SortedMap<String, Interval> byNode, String clock) {
        Interval all = new Interval(byNode.get(clock).startMs(), byNode.get(clock).endMs());
        byNode.forEach((node, interval) -> {
            append(of(node), "latencies of node " + node, interval);
            all.addLatencies(interval);
        });
        append(merged(), "latencies of all nodes of the run", all);
    }

    private static void append(Path path, String what, Interval interval) {
        if (interval.isEmpty()) {
            return;
        }
        // opened anew each time: nodes come and go, and each of them may have left half a line here
        try (IntervalLog log = IntervalLog.open(path, what)) {
            log.write(interval);
        }
    }

    /** The logs of single nodes by the nodes' names, in the order of the alphabet. */
    SortedMap<String, Path> nodes() {
        SortedMap<String, Path> nodes = new TreeMap<>();
        try (Stream<Path> entries = Files.list(runDir)) {
            for (Path entry : FileNames.sorted(entries.filter(LatencyFiles::isOfNode))) {
                String name = entry.getFileName().toString();
                nodes.put(name.substring(PREFIX.length(), name.length() - SUFFIX.length()), entry);
            }
        } catch (IOException e) {
            throw FileErrors.translate(runDir, e);
        }
        return nodes;
    }

    private static boolean isOfNode(Path entry) {
        String name = entry.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    /** @throws UserError when this is no directory of a run that has recorded latencies */
    void requireMerged() {
        if (!Files.isDirectory(runDir)) {
            throw new UserError(runDir + (Files.exists(runDir)
                ? ": found a file, expected a run's directory, as train has printed it"
                : ": no such directory, expected a run's, as train has printed it"));
        }
        if (!Files.isRegularFile(merged())) {
            throw new UserError(runDir + ": found no " + MERGED + " in it, expected the directory of a run that has trained for some"
                + " seconds");
        }
    }
}
