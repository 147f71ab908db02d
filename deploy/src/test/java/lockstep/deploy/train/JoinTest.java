package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nodes come, go, come back, are stopped and are wrong, in processes; the run ends with the weights of an undisturbed one. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class JoinTest {
    private static final String[] LENGTH =
        {"--micro-batches", "32", "--groups", "4", "--steps", "250", "--val-every", "0", "--sample-every",
            "0", "--checkpoint-every", "50", "--log-every", "1"};
    /** For those that end before the run does: JVMs that come later find it going on however slowly they start. */
    private static final Map<String, String> SLOW = Map.of("LOCKSTEP_SLOW", "50:0");
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private Path dir;
    private Path text;
    private String expected;

    @BeforeAll
    void one_node_undisturbed(@TempDir Path temporary) throws IOException {
        dir = temporary;
        text = TinyRun.text(dir);
        expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
    }

    private List<String> args(String out) {
        return ClusterRun.args(text, dir.resolve(out), LENGTH);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_node_that_comes_takes_state_and_data_and_may_be_the_last_one() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("joined"), 1, SLOW);
            first.await("step   10/250");
            NodeProcess second = run.further(Map.of(), "--out=" + dir.resolve("own"), "--data=nowhere", "--val-data=nowhere");
            second.awaitLine(line -> line.contains("verified by SHA-256"), "the state");
            first.awaitLine(ClusterRun::tellsOfLaterGeneration, "a later generation");
            first.kill();
            assertEquals(0, second.awaitExit(), run::said);
            assertEquals(expected, second.await("weights sha256 "), run::said);
            assertTrue(second.said().contains("data: 100 %"), run::said);
            assertTrue(Files.exists(dir.resolve("own/checkpoints/step_00000250/manifest.json")), run::said);
        }
    }

    /** The environment of a JVM that finds the properties of another build before ours. */
    private Map<String, String> ofOtherBuild() throws IOException {
        Path properties = dir.resolve("build/lockstep/deploy/build.properties");
        Files.createDirectories(properties.getParent());
        Files.writeString(properties, "version=0.0.1\ncommit=\n");
        return Map.of("JDK_JAVA_OPTIONS", "-Xbootclasspath/a:" + dir.resolve("build"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void nodes_may_be_sent_away_at_a_boundary_and_come_again_and_strangers_hear_why() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("left"), 2, SLOW);
            NodeProcess second = run.further(SLOW);
            first.await("step   10/250");
            NodeProcess refused = run.further(Map.of(), "--seq-len=32");
            NodeProcess older = run.further(ofOtherBuild());
            second.terminate();
            assertEquals(TERMINATED, second.awaitExit(), run::said);
            assertTrue(second.said().contains("; the other nodes go on"), run::said);
            assertEquals(2, refused.awaitExit(), run::said);
            assertTrue(refused.said().contains("--seq-len: found 32, expected 16 as in the run of "), run::said);
            assertEquals(2, older.awaitExit(), run::said);
            assertTrue(older.said().contains("--join: this node runs lockstep 0.0.1, expected lockstep "), run::said);
            NodeProcess third = run.further(Map.of());
            third.awaitLine(line -> line.contains("verified by SHA-256"), "the state");
            first.terminate();
            assertEquals(TERMINATED, first.awaitExit(), run::said);
            assertTrue(first.said().contains("; the other nodes go on"), run::said);
            assertEquals(0, third.awaitExit(), run::said);
            assertEquals(expected, third.await("weights sha256 "), run::said);
            assertEquals(250, Files.readAllLines(dir.resolve("left/metrics.jsonl")).size(), run::said);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void deaths_on_either_side_of_a_transfer_lose_nothing() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            // three pieces go to the second node, two of the third node's come from the first
            NodeProcess first = run.first(args("transfer"), 2, Map.of("LOCKSTEP_FAIL", "transfer-source:5", "LOCKSTEP_SLOW", "50:0"));
            NodeProcess second = run.further(Map.of());
            first.await("step    5/250");
            NodeProcess third = run.further(Map.of("LOCKSTEP_FAIL", "transfer-sink:1"));
            assertEquals(KILLED, third.awaitExit(), run::said);
            NodeProcess fourth = run.further(Map.of());
            assertEquals(KILLED, first.awaitExit(), run::said);
            assertEquals(0, fourth.awaitExit(), run::said);
            assertEquals(0, second.awaitExit(), run::said);
            assertEquals(expected, second.await("weights sha256 "), run::said);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_node_without_the_file_that_the_model_began_with_or_with_another_is_told_so() throws IOException {
        String began = TinyRun
            .run(ClusterRun.command(text, dir.resolve("before"), "--micro-batches", "4", "--steps", "2", "--sample-every", "0")).sha256();
        Path model = Files.copy(dir.resolve("before/checkpoints/step_00000002/model.bin"), dir.resolve("began.bin"));
        List<String> args = new ArrayList<>(List.of("--model", model.toString(), "--text", text.toString(), "--out",
            dir.resolve("began").toString(),
            "--seq-len", "16", "--batch", "2"));
        args.addAll(List.of(LENGTH));
        args.set(args.indexOf("--steps") + 1, "1000000"); // it has to go on as long as others come
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args, 1, Map.of());
            first.awaitLine(line -> line.contains(" 10/1000000 "), "step 10");
            Files.delete(model);
            NodeProcess second = run.further(Map.of(), "--out=" + dir.resolve("elsewhere"));
            assertEquals(2, second.awaitExit(), run::said);
            assertTrue(second.said().contains("--model: found " + model + ", expected"), run::said);
            Files.copy(dir.resolve("one/checkpoints/step_00000250/model.bin"), model);
            NodeProcess third = run.further(Map.of(), "--out=" + dir.resolve("elsewhere"));
            assertEquals(2, third.awaitExit(), run::said);
            assertTrue(third.said().contains("startedFrom: found weights of sha256 " + expected + ", expected " + began), run::said);
            first.terminate();
            assertEquals(TERMINATED, first.awaitExit(), run::said);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void what_all_leave_at_one_boundary_has_each_step_in_its_logs() throws IOException {
        Path out = dir.resolve("ended");
        try (ClusterRun run = new ClusterRun()) {
            // steps of a tenth of a second and more: both are asked within one
            NodeProcess first = run.first(args("ended"), 2, Map.of("LOCKSTEP_SLOW", "10:0"));
            NodeProcess second = run.further(Map.of("LOCKSTEP_SLOW", "10:0"));
            first.await("step    5/250");
            first.terminate();
            second.terminate();
            assertEquals(TERMINATED, first.awaitExit(), run::said);
            assertEquals(TERMINATED, second.awaitExit(), run::said);
            assertFalse(first.said().contains("the other nodes go on"), run::said);
        }
        String last = Files.readAllLines(out.resolve("metrics.jsonl")).getLast();
        int step = Integer.parseInt(last.replaceAll("\\{\"step\":([0-9]+),.*", "$1"));
        assertTrue(Files.exists(out.resolve(String.format(Locale.ROOT, "checkpoints/step_%08d/manifest.json", step))), last);
        assertEquals(expected, TinyRun.resume(out).sha256());
        assertEquals(250, Files.readAllLines(out.resolve("metrics.jsonl")).size());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_node_that_still_waits_for_others_ends_when_it_is_told_to() throws IOException {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args("waiting"), 2, Map.of());
            first.awaitLine(line -> line.startsWith("@run "), "the run's directory");
            first.terminate();
            assertEquals(TERMINATED, first.awaitExit(), run::said);
        }
    }
}
