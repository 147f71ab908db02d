package lockstep.deploy.dashboard;

import java.util.List;
import java.util.regex.Pattern;

import lockstep.deploy.latency.LatencyFiles;

/** The files of a run's directory that a page shows. No others are given to anybody: there are the cluster's secret, the data and the weights beside them. */
public final class RunFileNames {
    public static final String METRICS = "metrics.jsonl";
    public static final String VALIDATION = "validation.jsonl";
    public static final String EVENTS = "events.jsonl";
    public static final String SAMPLES = "samples.jsonl";
    static final String LATENCY = LatencyFiles.MERGED;

    /** Of the run. Events first: they say what the rest is about. */
    static final List<String> FIXED = List.of(EVENTS, METRICS, VALIDATION, SAMPLES, LATENCY);
    /** Of nodes: an address with dashes for colons. Nothing that leads elsewhere. */
    private static final Pattern OF_A_NODE = Pattern.compile("latency-[0-9A-Za-z\\[\\]%._-]{1,80}\\.hlog");

    private RunFileNames() {}

    public static boolean isOne(String name) {
        return FIXED.contains(name) || OF_A_NODE.matcher(name).matches();
    }
}
