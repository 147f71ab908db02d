package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nodes die, in processes, at each point of a step; the others end with the weights of an undisturbed run. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeathTest {
    private static final String[] LENGTH = {"--micro-batches", "5", "--groups", "4", "--steps", "30", "--val-every", "10", "--sample-every",
        "0", "--checkpoint-every", "10", "--log-every", "1"};
    private static final int KILLED = 128 + 9;

    private Path dir;
    private Path text;
    private String expected;

    @BeforeAll
    void one_node_undisturbed(@TempDir Path temporary) throws IOException {
        dir = temporary;
        text = TinyRun.text(dir);
        expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
    }

    /** Occurrences late enough that the run is well under way. */
    @ParameterizedTest(name = "{0} of the {1} node")
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"forward:20, leading", "forward:20, following", "offer:200, leading", "offer:200, following", "exchange:9, leading",
        "exchange:9, following", "before-ready:9, leading",
        "before-ready:9, following", "after-ready:9, leading", "after-ready:9, following", "between-commits:17, leading",
        "between-commits:18, leading", "adamw:9, leading", "adamw:9, following", "checkpoint-directory:1, leading",
        "checkpoint-synced:1, leading", "checkpoint-renamed:2, leading"})
    void a_death_anywhere_changes_no_bit(String point, String role) throws IOException {
        Path out = dir.resolve(point.replace(':', '-') + "-" + role);
        Map<String, String> dies = Map.of("LOCKSTEP_FAIL", point);
        boolean leads = role.equals("leading");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, LENGTH), 3, leads ? dies : Map.of());
            NodeProcess second = run.further(leads ? Map.of() : dies);
            NodeProcess third = run.further(Map.of());
            assertEquals(KILLED, (leads ? first : second).awaitExit(), run::said);
            assertEquals(0, (leads ? second : first).awaitExit(), run::said);
            assertEquals(0, third.awaitExit(), run::said);
            assertEquals(expected, (leads ? second : first).await("weights sha256 "), run::said);
            assertEquals(30, Files.readAllLines(out.resolve("metrics.jsonl")).size(), run::said);
        }
    }

    /** With a gradient of several chunks, of which the dead node's upper blocks have travelled when it dies: in the third step, at the 30th of 50 ranges. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_death_when_half_of_a_gradient_has_travelled_changes_no_bit() throws IOException {
        String straight = TinyRun.run(wide(dir.resolve("wide-one")).toArray(String[]::new)).sha256();
        List<String> args = wide(dir.resolve("wide"));
        args.removeFirst();
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(args, 3, Map.of());
            NodeProcess second = run.further(Map.of("LOCKSTEP_FAIL", "offer:130"));
            NodeProcess third = run.further(Map.of());
            assertEquals(KILLED, second.awaitExit(), run::said);
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(0, third.awaitExit(), run::said);
            assertEquals(straight, first.await("weights sha256 "), run::said);
        }
    }

    private List<String> wide(Path out) {
        List<String> args = ClusterRun.args(text, out, "--micro-batches", "4", "--groups", "4", "--steps", "6", "--val-every", "0",
            "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "1");
        args.addFirst("train");
        args.set(args.indexOf("--layers") + 1, "4");
        args.set(args.indexOf("--channels") + 1, "128");
        return args;
    }

    /** Hazelcast counts refused connections for a day in these nodes, and would miss a heartbeat only after 20 s. */
    @ParameterizedTest(name = "of the {0} node")
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"leading", "following"})
    void a_death_that_hazelcast_does_not_notice_is_noticed(String role) throws IOException {
        Path out = dir.resolve("unnoticed-" + role);
        Map<String, String> deaf = Map.of("JAVA_TOOL_OPTIONS", "-Dlockstep.connection.faults=1000000");
        Map<String, String> dies = new TreeMap<>(deaf);
        dies.put("LOCKSTEP_FAIL", "before-ready:9");
        boolean leads = role.equals("leading");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, LENGTH), 3, leads ? dies : deaf);
            NodeProcess second = run.further(leads ? deaf : dies);
            NodeProcess third = run.further(deaf);
            NodeProcess victim = leads ? first : second;
            NodeProcess leader = leads ? second : first;
            assertEquals(KILLED, victim.awaitExit(), run::said);
            assertEquals(0, leader.awaitExit(), run::said);
            assertEquals(0, third.awaitExit(), run::said);
            assertEquals(expected, leader.await("weights sha256 "), run::said);
            assertTrue(leader.said().lines()
                .anyMatch(line -> line.contains(victim.address() + " (") && line.contains("taken for dead, though Hazelcast lists it")),
                run::said);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void all_but_one_may_die_and_the_last_one_may_go_on_later() throws IOException {
        Path out = dir.resolve("last");
        String[] longer = LENGTH.clone();
        longer[5] = "300";
        String straight = TinyRun.run(ClusterRun.command(text, dir.resolve("longer"), longer)).sha256();
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, longer), 3, Map.of());
            NodeProcess second = run.further(Map.of());
            NodeProcess third = run.further(Map.of());
            first.await("step    5/300");
            second.kill();
            first.awaitLine(ClusterRun::tellsOfLaterGeneration, "a later generation");
            first.kill();
            third.await("step ");
            third.endInput();
            assertEquals(0, third.awaitExit(), run::said);
            assertTrue(third.said().contains("to go on: ./lockstep train --resume " + out), run::said);
        }
        assertEquals(straight, TinyRun.resume(out).sha256());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void when_all_have_died_any_number_of_nodes_goes_on() throws IOException {
        Path out = dir.resolve("all");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(ClusterRun.args(text, out, LENGTH), 2, Map.of());
            NodeProcess second = run.further(Map.of());
            first.await("step   12/30");
            List.of(first, second).forEach(NodeProcess::kill);
            first.awaitExit();
            second.awaitExit();
        }
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first = run.first(List.of("--resume=" + out), 3, Map.of());
            run.further(Map.of());
            run.further(Map.of());
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(expected, first.await("weights sha256 "), run::said);
        }
    }
}
