package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.checkpoint.CheckpointStore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A disk that is too small for the run, which is a file system of its own in a namespace of its own: which error, what is left, and who goes on. */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FullDiskTest {
    private static final String[] LENGTH = {"--micro-batches", "5", "--groups", "4", "--steps", "30", "--val-every", "0", "--sample-every",
        "0", "--checkpoint-every", "5", "--keep", "0", "--log-every", "1"};
    /** Room for three checkpoints of some 100 kB, not for six. */
    private static final String MOUNTED = "mount -t tmpfs -o size=420k tmpfs \"$1\" && ";
    private static final int USER_ERROR = 2;

    private Path dir;
    private Path text;
    private Path disk;
    private Path kept;
    private String expected;

    @BeforeAll
    void one_node_with_room(@TempDir Path temporary) throws Exception {
        dir = temporary;
        text = TinyRun.text(dir);
        disk = Files.createDirectory(dir.resolve("disk"));
        kept = dir.resolve("kept");
        Process mounts =
            new ProcessBuilder("unshare", "-rm", "sh", "-c", MOUNTED + "true", "sh", disk.toString()).redirectErrorStream(true).start();
        String said = new String(mounts.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeTrue(mounts.waitFor() == 0, "skipped, since this machine allows no file systems of one's own: " + said);
        expected = TinyRun.run(ClusterRun.command(text, dir.resolve("one"), LENGTH)).sha256();
    }

    /** Runs a command beside a small disk, and copies what is left there. */
    private List<String> onSmallDisk(Path copy) {
        String script =
            MOUNTED + "to=$2 && from=$1 && shift 2 && code=0 && { \"$@\" || code=$?; } && cp -r \"$from\" \"$to\" && exit $code";
        return List.of("unshare", "-rm", "sh", "-c", script, "sh", disk.toString(), copy.toString());
    }

    @Test
    void a_checkpoint_that_does_not_fit_ends_the_run_and_the_ones_before_it_are_whole() {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess node = run.on(onSmallDisk(kept)).first(ClusterRun.args(text, disk.resolve("run"), LENGTH), 1, Map.of());
            assertEquals(USER_ERROR, node.awaitExit(), run::said);
            String line = node.await("lockstep: " + disk + "/run/");
            assertTrue(line.endsWith(": the disk is full; free some space, or write elsewhere"), run::said);
        }
        assertTrue(new CheckpointStore(kept.resolve("run")).complete().size() >= 2, kept.toString());
        assertEquals(expected, TinyRun.resume(kept.resolve("run")).sha256());
    }

    @Test
    void a_log_line_that_does_not_fit_ends_the_run_in_the_same_way() throws IOException {
        Path copy = dir.resolve("logged");
        String[] noCheckpoints = LENGTH.clone();
        noCheckpoints[5] = "20000";
        noCheckpoints[11] = "0";
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess node = run.on(onSmallDisk(copy)).first(ClusterRun.args(text, disk.resolve("run"), noCheckpoints), 1, Map.of());
            assertEquals(USER_ERROR, node.awaitExit(), run::said);
            // a line about latencies may come first: those are lost, and the run goes on
            String line = node.await("lockstep: " + disk + "/run/m");
            assertTrue(line.matches("(ain\\.log|etrics\\.jsonl): the disk is full; free some space, or write elsewhere"), run::said);
        }
        int steps = Files.readAllLines(copy.resolve("run/metrics.jsonl")).size();
        assertTrue(steps > 100, () -> steps + " lines");
    }

    @Test
    void others_that_have_room_of_their_own_go_on() {
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first =
                run.on(onSmallDisk(dir.resolve("first"))).first(ClusterRun.args(text, disk.resolve("run"), LENGTH), 3, Map.of());
            NodeProcess second = run.on(List.of()).further(Map.of(), "--out=" + dir.resolve("second"));
            NodeProcess third = run.further(Map.of(), "--out=" + dir.resolve("third"));
            assertEquals(USER_ERROR, first.awaitExit(), run::said);
            assertTrue(first.said().contains(": the disk is full; free some space, or write elsewhere"), run::said);
            assertFalse(first.said().contains("Exception in thread"), run::said);
            assertEquals(0, second.awaitExit(), run::said);
            assertEquals(0, third.awaitExit(), run::said);
            assertEquals(expected, second.await("weights sha256 "), run::said);
        }
    }
}
