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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nodes whose memory fails, and nodes that are stopped for a while. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WrongOrStoppedTest {
    private static final String[] LENGTH =
        {"--micro-batches", "32", "--groups", "4", "--steps", "500", "--val-every", "0", "--sample-every",
            "0", "--checkpoint-every", "50", "--log-every", "1"};
    private static final String[] SHORT = {"--micro-batches", "5", "--groups", "4", "--steps", "30", "--val-every", "10", "--sample-every",
        "0", "--checkpoint-every", "10", "--log-every", "1"};
    /** Seconds instead of tens of them. */
    private static final Map<String, String> IMPATIENT =
        Map.of("JAVA_TOOL_OPTIONS", "-Dlockstep.silence.seconds=4 -Dlockstep.merge.seconds=3");

    private Path dir;
    private Path text;
    private Path straight;
    private String expected;
    private String expectedOfShort;

    @BeforeAll
    void one_node_undisturbed(@TempDir Path temporary) throws IOException {
        dir = temporary;
        text = TinyRun.text(dir);
        straight = dir.resolve("straight");
        expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
        expectedOfShort = TinyRun.run(ClusterRun.command(text, straight, SHORT)).sha256();
    }

    private List<String> args(String out, String... more) {
        List<String> args = ClusterRun.args(text, dir.resolve(out), LENGTH);
        args.addAll(List.of(more));
        return args;
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"leading", "following"})
    void one_flipped_bit_is_seen_and_healed(String role) throws IOException {
        Map<String, String> flips = Map.of("LOCKSTEP_FAIL", "flip-weights:3");
        boolean leads = role.equals("leading");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, dir.resolve("flipped-" + role), SHORT), 3, leads ? flips : Map.of());
            NodeProcess second = run.further(leads ? Map.of() : flips);
            run.further(Map.of());
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(expectedOfShort, first.await("weights sha256 "), run::said);
            assertTrue(first.said().contains("the nodes' weights differ at step 4:"), run::said);
            assertEquals(leads ? 1 : 2, (leads ? first : second).count("verified by SHA-256"), run::said);
        }
    }

    /** Each node's memory fails once: a follower's moments where the first checkpoint is due, the other one's weights where the second one is, the leading node's weights at the end. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void what_is_written_or_printed_is_what_the_majority_holds() throws IOException {
        Path out = dir.resolve("written");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, SHORT), 3, Map.of("LOCKSTEP_FAIL", "flip-weights:30"));
            NodeProcess second = run.further(Map.of("LOCKSTEP_FAIL", "flip-moments:10"));
            NodeProcess third = run.further(Map.of("LOCKSTEP_FAIL", "flip-weights:20"));
            for (NodeProcess node : List.of(first, second, third)) {
                assertEquals(0, node.awaitExit(), run::said);
            }
            assertEquals(expectedOfShort, first.await("weights sha256 "), run::said);
            for (String file : List.of("step_00000010/state.bin", "step_00000020/model.bin", "step_00000030/model.bin",
                "step_00000030/state.bin")) {
                assertEquals(-1, Files.mismatch(straight.resolve("checkpoints").resolve(file), out.resolve("checkpoints").resolve(file)),
                    () -> file + "\n" + run.said());
            }
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"flip-weights, weights", "flip-moments, AdamW's moments"})
    void without_a_majority_nothing_is_printed_or_written_at_the_end(String point, String what) throws IOException {
        Path out = dir.resolve("unwritten-" + point);
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, SHORT), 2, Map.of("LOCKSTEP_FAIL", point + ":30"));
            NodeProcess second = run.further(Map.of());
            for (NodeProcess node : List.of(first, second)) {
                assertEquals(1, node.awaitExit(), run::said);
                String line = node.await("lockstep: the nodes' " + what + " differ after step 30: ");
                assertTrue(line.matches("\\S+ has [0-9a-f]+, \\S+ has [0-9a-f]+, and again after .*step_00000020.*"), line);
                assertEquals(0, node.count("weights sha256 "), run::said);
            }
            assertFalse(Files.exists(out.resolve("checkpoints/step_00000030")), run::said);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void without_a_majority_all_stop_and_name_both_digests() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("undecided"), 2, Map.of());
            NodeProcess second = run.further(Map.of("LOCKSTEP_FAIL", "flip-weights:60"));
            assertEquals(1, first.awaitExit(), run::said);
            assertEquals(1, second.awaitExit(), run::said);
            for (NodeProcess node : List.of(first, second)) {
                String line = node.await("lockstep: the nodes' weights differ at step 61: ");
                assertTrue(line.matches("\\S+ has [0-9a-f]+, \\S+ has [0-9a-f]+, and again after .*step_00000050.*"), line);
            }
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
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
