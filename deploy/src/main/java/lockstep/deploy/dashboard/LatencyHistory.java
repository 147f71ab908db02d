package lockstep.deploy.dashboard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import lockstep.common.latency.Interval;
import lockstep.common.latency.IntervalLogFile;
import lockstep.common.latency.Latencies;
import lockstep.common.timing.Phase;
import lockstep.deploy.latency.PercentileCurve;

/** The latencies of a run: of all nodes together as distributions, of each node its means. */
final class LatencyHistory {
    static final int MAX_NODES = 64;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final List<Phase> CURVES = List.of(Phase.STEP, Phase.COMPUTE, Phase.FORWARD, Phase.BACKWARD, Phase.EXCHANGE_WAIT);

    private final Map<Phase, Latencies> merged = new TreeMap<>();
    private final HeatMap heat = new HeatMap();
    /** By a node's name, phase by phase what all its steps took. */
    private final SortedMap<String, Map<Phase, Total>> nodes = new TreeMap<>();
    private long lastMs;

    private record Total(long count, double ms) {
        Total plus(Latencies more) {
            return new Total(count + more.count(), ms + more.totalMs());
        }
    }

    /** @param line of the log of all nodes */
    void merged(String line) {
        phase(line).ifPresent(phase -> {
            Interval interval = interval(line);
            Latencies latencies = interval.of(phase.tag());
            merged.computeIfAbsent(phase, _ -> new Latencies()).add(latencies);
            lastMs = Math.max(lastMs, interval.endMs());
            if (phase == Phase.STEP) {
                heat.add(interval, latencies);
            }
        });
    }

    /** @param line of the log of that node */
    void ofNode(String node, String line) {
        if (!nodes.containsKey(node) && nodes.size() >= MAX_NODES) {
            return;
        }
        phase(line).ifPresent(phase -> nodes.computeIfAbsent(node, _ -> new TreeMap<>()).merge(phase,
            new Total(0, 0).plus(interval(line).of(phase.tag())), (a, b) -> new Total(a.count() + b.count(), a.ms() + b.ms())));
    }

    void clearMerged() {
        merged.clear();
        heat.clear();
    }

    void clear(String node) {
        nodes.remove(node);
    }

    /** When the newest interval ended, in ms since 1970; 0 before the first. */
    long lastMs() {
        return lastMs;
    }

    /** What a step's own work takes a node, without waiting, on average; 0 before that is known. */
    double computeMs(String node) {
        Total total = nodes.getOrDefault(node, Map.of()).getOrDefault(Phase.COMPUTE, new Total(0, 0));
        return total.count() == 0 ? 0 : total.ms() / total.count();
    }

    private static java.util.Optional<Phase> phase(String line) {
        return IntervalLogFile.tag(line)
            .flatMap(tag -> List.of(Phase.values()).stream().filter(phase -> phase.tag().equals(tag)).findFirst());
    }

    /** A line that is damaged holds nothing: {@code lockstep latency} names it, a page goes on. */
    private static Interval interval(String line) {
        try {
            return IntervalLogFile.interval(line);
        } catch (IOException e) {
            return new Interval(0, 0);
        }
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("curves", curves());
        json.put("table", table());
        json.put("heat", Map.of("lowestMs", HeatMap.LOWEST_MS, "rowsPerDecade", HeatMap.ROWS_PER_DECADE, "columns", heat.columns()));
        json.put("phases", List.of(Phase.parts()).stream().map(Phase::tag).toList());
        json.put("nodes", nodes.entrySet().stream().map(entry -> node(entry.getKey(), entry.getValue())).toList());
        return json;
    }

    private List<Map<String, Object>> curves() {
        List<Map<String, Object>> curves = new ArrayList<>();
        for (Phase phase : CURVES) {
            Latencies latencies = merged.get(phase);
            if (latencies != null && latencies.count() > 0) {
                PercentileCurve curve = PercentileCurve.of(phase.tag(), latencies);
                curves.add(Map.of("name", curve.name(), "nines", curve.nines().stream().map(Digits::few).toList(), "ms",
                    curve.millis().stream().map(Digits::few).toList()));
            }
        }
        return curves;
    }

    /** A percentile that too few durations support is null. */
    private List<Map<String, Object>> table() {
        List<Map<String, Object>> rows = new ArrayList<>();
        merged.forEach((phase, latencies) -> {
            List<Double> percentiles = new ArrayList<>();
            for (double percentile : PERCENTILES) {
                percentiles.add(latencies.supports(percentile) ? Digits.few(latencies.percentileMs(percentile)) : null);
            }
            rows.add(Map.of("phase", phase.tag(), "percentiles", percentiles, "max", Digits.few(latencies.maxMs()), "count",
                latencies.count()));
        });
        return rows;
    }

    private Map<String, Object> node(String name, Map<Phase, Total> totals) {
        long steps = Math.max(1, totals.getOrDefault(Phase.STEP, new Total(0, 0)).count());
        List<Double> means = List.of(Phase.parts()).stream()
            .map(phase -> Digits.few(totals.getOrDefault(phase, new Total(0, 0)).ms() / steps)).toList();
        return Map.of("node", name, "computeMs", Digits.few(computeMs(name)), "meanMs", means);
    }
}
