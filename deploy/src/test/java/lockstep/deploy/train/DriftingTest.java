package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A node that is slower than the others, in processes: it gets less to do, and the weights stay what they are. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DriftingTest {
    private static final String[] LENGTH = {"--micro-batches", "8", "--groups", "8", "--steps", "60", "--val-every", "0", "--sample-every",
        "0", "--checkpoint-every", "0", "--log-every", "1"};
    private static final Pattern DIVIDED = Pattern.compile("groups are divided anew after step \\d+: .* then: (\\S+) (\\d), (\\S+) (\\d)$");

    @TempDir
    private Path dir;

    @Test
    void a_slow_node_gets_fewer_groups_and_no_bit_changes() throws IOException {
        Path text = TinyRun.text(dir);
        String expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first =
                run.first(ClusterRun.args(text, dir.resolve("run"), LENGTH), 2, Map.of("LOCKSTEP_SLOW", "10:0"));
            NodeProcess second = run.further(Map.of("LOCKSTEP_SLOW", "50:0"));
            String line = first.awaitLine(said -> said.contains("groups are divided anew"), "other shares");
            Matcher groups = DIVIDED.matcher(line);
            assertTrue(groups.find(), line);
            assertEquals(first.address(), groups.group(1), line);
            assertEquals(second.address(), groups.group(3), line);
            assertTrue(Integer.parseInt(groups.group(4)) <= 2, line);
            first.awaitLine(ClusterRun::tellsOfLaterGeneration, "a later generation");
            assertEquals(0, first.awaitExit(), run::said);
            assertEquals(0, second.awaitExit(), run::said);
            assertEquals(expected, first.await("weights sha256 "), run::said);
            assertEquals(60, Files.readAllLines(dir.resolve("run/metrics.jsonl")).size(), run::said);
            assertEquals(1, second.count("verified by SHA-256"), run::said); // at the start, and not again
        }
    }
}
