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

    @TempDir
    private Path dir;

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
            assertEquals(1, parent.said().split("weights sha256", -1).length - 1, parent::said);
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
        megabytes.forEach(one -> assertTrue(one > 0 && one < MAX_MB_A_STEP_AND_NODE * nodes, said));
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
