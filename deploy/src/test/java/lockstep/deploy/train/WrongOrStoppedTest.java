package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nodes whose memory fails, and nodes that are stopped for a while. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WrongOrStoppedTest {
    private static final String[] LENGTH =
        {"--micro-batches", "32", "--groups", "4", "--steps", "500", "--val-every", "0", "--sample-every",
            "0", "--checkpoint-every", "50", "--log-every", "1"};
    /** Seconds instead of tens of them. */
    private static final Map<String, String> IMPATIENT =
        Map.of("JAVA_TOOL_OPTIONS", "-Dlockstep.silence.seconds=4 -Dlockstep.merge.seconds=3");

    private Path dir;
    private Path text;
    private String expected;

    @BeforeAll
    void one_node_undisturbed(@TempDir Path temporary) throws IOException {
        dir = temporary;
        text = TinyRun.text(dir);
        expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
    }

    private List<String> args(String out, String... more) {
        List<String> args = ClusterRun.args(text, dir.resolve(out), LENGTH);
        args.addAll(List.of(more));
        return args;
    }

    @ParameterizedTest
    @ValueSource(strings = {"leading", "following"})
    void one_flipped_bit_is_seen_and_healed(String role) throws IOException {
        Map<String, String> flips = Map.of("LOCKSTEP_FAIL", "flip-weights:3");
        boolean leads = role.equals("leading");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("flipped-" + role), 3, leads ? flips : Map.of());
            NodeProcess second = run.further(leads ? Map.of() : flips);
            run.further(Map.of());
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(expected, first.await("weights sha256 "), run::said);
            assertTrue(first.said().contains("the nodes' weights differ at step 4:"), run::said);
            assertEquals(leads ? 1 : 2, (leads ? first : second).count("verified by SHA-256"), run::said);
        }
    }

    @Test
    void without_a_majority_all_stop_and_name_both_digests() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("undecided"), 2, Map.of());
            NodeProcess second = run.further(Map.of("LOCKSTEP_FAIL", "flip-weights:60"));
            assertEquals(2, first.awaitExit(), run::said);
            assertEquals(2, second.awaitExit(), run::said);
            for (NodeProcess node : List.of(first, second)) {
                String line = node.await("lockstep: the nodes' weights differ at step 61: ");
                assertTrue(line.matches("\\S+ has [0-9a-f]+, \\S+ has [0-9a-f]+, and again after .*step_00000050.*"), line);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leading", "following"})
    void a_node_that_was_stopped_rejoins_by_itself(String role) throws Exception {
        boolean leads = role.equals("leading");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("stopped-" + role), 3, IMPATIENT);
            NodeProcess second = run.further(IMPATIENT);
            NodeProcess third = run.further(IMPATIENT);
            NodeProcess stopped = leads ? first : second;
            first.await("step    5/500");
            stopped.signal("STOP");
            // the others may have lost each other for a moment: whichever leads
            run.awaitAny(node -> ClusterRun.tellsOfLaterGeneration(node.said()), "later generation");
            stopped.signal("CONT");
            stopped.awaitCount("verified by SHA-256", leads ? 1 : 2);
            for (NodeProcess node : List.of(first, second, third)) {
                assertEquals(0, node.awaitExit(), run::said);
            }
            assertEquals(expected, run.awaitAny("weights sha256 ").await("weights sha256 "), run::said);
            assertEquals(500, Files.readAllLines(dir.resolve("stopped-" + role + "/metrics.jsonl")).size(), run::said);
        }
    }
}
