package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;
import lockstep.common.timing.Phase;
import lockstep.deploy.latency.LatencyTotals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Latencies and timelines of several nodes, in processes. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClusterLatencyTest {
    private static final int STEPS = 40;
    private static final int WARM_UP = 5;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path dir;
    private Path text;
    private Path out;

    @BeforeEach
    void setUp() throws IOException {
        text = TinyRun.text(dir);
        out = dir.resolve("run");
    }

    @Test
    void everyStepOfEveryNodeIsInTheClustersLogAndInTheTimeline() throws IOException {
        Path trace = dir.resolve("trace.json");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first =
                run.first(ClusterRun.args(text, out, length("--trace=" + trace)), 2, Map.of());
            NodeProcess second = run.further(Map.of());
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(0, second.awaitExit(), run::said);
            LatencyTotals totals = LatencyTotals.read(out);
            assertEquals(2, totals.nodes().size(), run::said);
            for (Phase phase : Phase.parts()) {
                assertEquals(STEPS - WARM_UP, of(totals, first).of(phase.tag()).count(), phase + "\n" + run.said());
                // it may be at its last update still when the leader asks for the last time
                long theirs = of(totals, second).of(phase.tag()).count();
                assertTrue(theirs == STEPS - WARM_UP || theirs == STEPS - WARM_UP - 1, theirs + " of " + phase + "\n" + run.said());
            }
            assertMergedIsTheSum(totals);
            String peer = "peer-" + second.address();
            assertEquals(STEPS - WARM_UP, of(totals, first).of(peer).count(), run::said);
            assertTrue(first.said().contains("all 2 nodes, ms"), first::said);
            assertTimeline(trace, Map.of(first.address(), first, second.address(), second));
        }
    }

    /** Of a node that was killed everything is there but its last interval, and the logs go on. */
    @Test
    void aKilledLeaderCostsItsLastInterval() {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, "--micro-batches", "4", "--steps", "100000", "--val-every", "0",
                "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "100000"), 2, Map.of());
            NodeProcess second = run.further(Map.of());
            awaitSteps(WARM_UP + 1);
            first.kill();
            run.awaitAny(node -> node.said().lines().anyMatch(ClusterRun::tellsOfLaterGeneration), "later generation");
            long before = LatencyTotals.read(out).merged().of("step").count();
            awaitSteps(before + 1);
            second.terminate();
            assertEquals(TERMINATED, second.awaitExit(), run::said);
            LatencyTotals totals = LatencyTotals.read(out);
            assertMergedIsTheSum(totals);
            for (Interval node : totals.nodes().values()) {
                assertTrue(node.of("step").count() > 0, run::said);
            }
        }
    }

    private static Interval of(LatencyTotals totals, NodeProcess node) {
        return totals.nodes().get(node.address().replace(':', '-'));
    }

    private static String[] length(String more) {
        return new String[] {"--micro-batches", "4", "--groups", "4", "--steps", String.valueOf(STEPS), "--val-every", "20",
            "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "10", more};
    }

    private void awaitSteps(long steps) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!Files.exists(out.resolve("latency.hlog")) || LatencyTotals.read(out).merged().of("step").count() < steps) {
            assertTrue(System.nanoTime() - end < 0, "no " + steps + " steps in the log");
            Thread.onSpinWait();
        }
    }

    private static void assertMergedIsTheSum(LatencyTotals totals) {
        Map<String, Latencies> sums = new TreeMap<>();
        totals.nodes().values().forEach(node -> node.byTag()
            .forEach((tag, latencies) -> sums.computeIfAbsent(tag, _ -> new Latencies()).add(latencies)));
        assertEquals(sums, new TreeMap<>(totals.merged().byTag()));
    }

    private static void assertTimeline(Path trace, Map<String, NodeProcess> nodes) throws IOException {
        Map<Integer, String> names = new TreeMap<>();
        Map<String, Integer> forwards = new TreeMap<>();
        Map<String, Integer> clocks = new TreeMap<>();
        int chunks = 0;
        for (JsonNode event : new ObjectMapper().readTree(trace.toFile())) {
            String name = event.get("name").asText();
            if (name.equals("process_name")) {
                names.put(event.get("pid").asInt(), event.get("args").get("name").asText());
            }
            String node = names.getOrDefault(event.get("pid").asInt(), "");
            if (name.equals("forward")) {
                assertTrue(event.get("dur").asDouble() >= 0, event::toString);
                forwards.merge(node, 1, Integer::sum);
            } else if (name.endsWith(" chunks")) {
                chunks++;
            } else if (name.equals("clock error, us")) {
                assertTrue(event.get("args").get("at most").asDouble() < 1e6, event::toString);
                clocks.merge(node, 1, Integer::sum);
            }
        }
        assertEquals(nodes.keySet(), forwards.keySet());
        assertEquals(nodes.keySet(), clocks.keySet());
        assertTrue(chunks > 0);
    }
}
