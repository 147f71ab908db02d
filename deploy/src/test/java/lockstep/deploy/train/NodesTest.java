package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code train --nodes N}, in processes. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NodesTest {
    static final String[] LENGTH = {"--micro-batches", "5", "--groups", "4", "--steps", "12", "--val-every", "6", "--sample-every", "0",
        "--checkpoint-every", "5", "--log-every", "1"};

    /** Twice what was measured: 0.10 MB a follower, 0.15, 0.21 and 0.30 MB the leader of 2, 3 and 4. */
    private static final double MAX_MB_A_STEP_AND_NODE = 0.15;
    /** Twice what signs of life, heartbeats and waiting took on the leader of 2, whatever a step does: 0.28 MB in steps of 79 ms, 0.83 MB in steps of 939 ms. On a busy machine a step of these takes a second. */
    private static final double MAX_MB_A_SECOND = 1.3;
    private static final Pattern STEP = Pattern.compile("(?m)^step +\\d+/12 .*? ([0-9.]+) ms ");

    @TempDir
    private Path dir;

    @Test
    void several_processes_cant_read_one_pipe() {
        TinyRun.Result result = TinyRun.run("train", "--text=-", "--nodes=2", "--out=" + dir.resolve("pipe"));
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("--text: found the pipe - beside --nodes 2, expected a file or a directory"), result.err());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void any_number_of_nodes_leads_to_the_weights_of_one(int nodes) throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("nodes");
        List<String> args = new ArrayList<>(ClusterRun.args(text, out, LENGTH));
        args.addFirst("train");
        args.addAll(List.of("--vector", "scalar", "--nodes", String.valueOf(nodes)));
        try (NodeProcess parent = NodeProcess.command(args)) {
            assertEquals(0, parent.awaitExit(), parent::said);
            String sha256 = parent.await("weights sha256 ");
            assertEquals(TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256(), sha256, parent::said);
            assertEquals(nodes, parent.count("weights sha256 " + sha256), "each node says it: " + parent.said());
            assertEquals(nodes, parent.count("weights sha256 "), parent::said);
            assertAllocationIsBounded(parent.said(), nodes);
            assertEquals(12, Files.readAllLines(out.resolve("metrics.jsonl")).size());
            assertEquals(3, Files.readAllLines(out.resolve("validation.jsonl")).size());
        }
    }

    /** Each node says it. This gradient is less than a chunk: what counts is what messages take beside their floats. AllocationTest of the exchange bounds what is taken for each byte of these. */
    private static void assertAllocationIsBounded(String said, int nodes) {
        List<Double> megabytes = Pattern.compile("node \\S+: (\\S+) MB allocated a step").matcher(said).results()
            .map(found -> Double.parseDouble(found.group(1))).toList();
        assertEquals(nodes, megabytes.size(), said);
        double max = MAX_MB_A_STEP_AND_NODE * nodes + MAX_MB_A_SECOND * medianStepMs(said) / 1e3;
        megabytes.forEach(one -> assertTrue(one > 0 && one < max, () -> one + " MB, at most " + max + "\n" + said));
    }

    /** Median of those that count for the allocation, too. */
    private static double medianStepMs(String said) {
        List<Double> ms = STEP.matcher(said).results().map(found -> Double.parseDouble(found.group(1))).skip(5).sorted().toList();
        assertEquals(7, ms.size(), said);
        return ms.get(3);
    }

    /** Of what config.json has, the number of threads is another one at the second start: the directory is the run's all the same. */
    @Test
    void a_run_that_one_process_began_on_other_threads_goes_on_when_the_leading_node_dies() throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("out");
        String[] length = {"--micro-batches", "32", "--groups", "4", "--steps", "300", "--val-every", "0", "--sample-every", "0",
            "--checkpoint-every", "50", "--log-every", "1"};
        String expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), length)).sha256();
        List<String> begins = new ArrayList<>(List.of(ClusterRun.command(text, out, length)));
        begins.addAll(List.of("--threads", "2", "--stop-after", "5"));
        assertEquals(0, TinyRun.run(begins.toArray(String[]::new)).exitCode());
        try (NodeProcess parent = NodeProcess
            .command(List.of("train", "--resume", out.toString(), "--nodes", "3", "--vector", "scalar"))) {
            parent.await("step   20/300");
            parent.oldestChild().destroyForcibly();
            assertEquals(0, parent.awaitExit(), parent::said);
            assertEquals(2, parent.count("weights sha256 " + expected), parent::said);
            assertEquals(300, Files.readAllLines(out.resolve("metrics.jsonl")).size(), parent::said);
        }
    }

    @Test
    void a_process_that_dies_before_it_trains_is_not_waited_for() throws IOException {
        Path text = TinyRun.text(dir);
        List<String> args = new ArrayList<>(List.of(ClusterRun.command(text, dir.resolve("out"), LENGTH)));
        args.addAll(List.of("--vector", "scalar", "--nodes", "3"));
        try (NodeProcess parent = NodeProcess.command(args)) {
            parent.youngestOf(3).destroyForcibly();
            assertEquals(0, parent.awaitExit(), parent::said);
            assertEquals(1, parent.count("ended with exit code 137 before it trained: the others go on without it"), parent::said);
            assertEquals(2, parent.count("weights sha256 "), parent::said);
        }
    }

    @Test
    void what_cannot_be_is_said_by_the_first_process_and_no_other_is_started() throws IOException {
        Path text = TinyRun.text(dir);
        List<String> args = new ArrayList<>(ClusterRun.args(text, dir.resolve("out"), LENGTH));
        args.addFirst("train");
        args.addAll(List.of("--nodes", "2", "--seq-len", "100000"));
        try (NodeProcess parent = NodeProcess.command(args)) {
            assertEquals(2, parent.awaitExit(), parent::said);
            assertTrue(parent.said().contains("--seq-len: found 16 and 100000, expected it once"), parent::said);
        }
    }
}
