package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stopped process: how soon the others go on, in their own lines, and that it takes part again once it is let go. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class StoppedTest {
    private static final String[] LENGTH = {"--micro-batches", "32", "--groups", "4", "--steps", "20000", "--val-every", "0",
        "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "1"};
    /** Processors have air: what is looked at is what nodes notice. */
    private static final String SLOW = "10:0";
    /** From the last heartbeat that came: a promise of 30 s, of which 20 are silence. */
    private static final long NOTICED_S = 10;
    private static final long COMPUTES_S = 2;

    @TempDir
    private Path dir;

    @ParameterizedTest(name = "one of {0}, the {1} one")
    @CsvSource({"3, leading", "3, following", "4, leading"})
    void others_go_on_once_it_has_been_silent(int nodes, String role) throws Exception {
        Map<String, String> impatient = Map.of("LOCKSTEP_SLOW", SLOW, "JAVA_TOOL_OPTIONS",
            "-Dlockstep.silence.seconds=5 -Dlockstep.merge.seconds=3");
        stop(nodes, role.equals("leading"), impatient, 5, 0);
    }

    @Tag("slow")
    @ParameterizedTest(name = "one of {0}, the {1} one")
    @CsvSource({"3, leading", "3, following", "4, leading", "4, following"})
    void others_go_on_after_half_a_minute_at_most_and_it_comes_back_after_a_whole_one(int nodes, String role) throws Exception {
        stop(nodes, role.equals("leading"), Map.of("LOCKSTEP_SLOW", SLOW), 20, 60);
    }

    private void stop(int nodes, boolean leads, Map<String, String> environment, int silenceS, int stopS) throws Exception {
        Path text = TinyRun.text(dir);
        try (ClusterRun run = new ClusterRun()) {
            List<NodeProcess> all =
                new ArrayList<>(List.of(run.first(ClusterRun.args(text, dir.resolve("run"), LENGTH), nodes, environment)));
            while (all.size() < nodes) {
                all.add(run.further(environment));
            }
            all.getFirst().await("step    5/20000");
            NodeProcess stopped = all.get(leads ? 0 : 1);
            int taken = stopped.count("verified by SHA-256");
            signal("STOP", stopped);
            long stoppedNs = System.nanoTime();
            List<NodeProcess> others = all.stream().filter(node -> node != stopped).toList();
            long wentOnNs = wentOnNs(run, others);
            long afterS = TimeUnit.NANOSECONDS.toSeconds(wentOnNs - stoppedNs);
            assertTrue(afterS <= silenceS + NOTICED_S + COMPUTES_S,
                () -> "the others computed again after " + afterS + " s:\n" + run.said());
            Thread.sleep(Math.max(0, TimeUnit.SECONDS.toMillis(stopS) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stoppedNs)));
            signal("CONT", stopped);
            stopped.awaitCount("verified by SHA-256", taken + 1);
            all.forEach(NodeProcess::endInput);
            for (NodeProcess node : all) {
                assertEquals(0, node.awaitExit(), run::said);
            }
            String steps = run.awaitAny("stopped after step ").await("stopped after step ");
            List<String> straight = new ArrayList<>(List.of(ClusterRun.command(text, dir.resolve("one"), LENGTH)));
            straight.addAll(List.of("--stop-after", steps));
            assertEquals(TinyRun.run(straight.toArray(String[]::new)).sha256(),
                run.awaitAny("weights sha256 ").await("weights sha256 "), run::said);
        }
    }

    /** When the first step was done in a generation that was formed without the stopped node. */
    private static long wentOnNs(ClusterRun run, List<NodeProcess> others) {
        NodeProcess first = run.awaitAny(
            node -> others.contains(node)
                && node.cameNs(line -> line.startsWith("step "), ClusterRun::tellsOfLaterGeneration).isPresent(),
            "step of the others");
        return first.cameNs(line -> line.startsWith("step "), ClusterRun::tellsOfLaterGeneration).orElseThrow();
    }

    private static void signal(String name, NodeProcess node) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, String.valueOf(node.handle().pid())).inheritIO().start().waitFor());
    }
}
