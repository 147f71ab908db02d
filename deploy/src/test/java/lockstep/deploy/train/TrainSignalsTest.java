package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.MainProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real processes that really die. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TrainSignalsTest {
    private static final int SIGKILL_EXIT = 128 + 9;
    private static final int SIGTERM_EXIT = 128 + 15;
    private static final String[] LENGTH =
        {"--steps", "400", "--checkpoint-every", "5", "--keep", "2", "--log-every", "1", "--val-every", "0", "--sample-every", "0"};

    /** How a child ended and what it said. */
    private record Ending(int exitCode, String out) {}

    @TempDir
    private Path dir;

    @Test
    void killedAtAnyMomentARunGoesOnExactly() throws Exception {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("killed");
        Ending ending = startAndEnd(TinyRun.args(text, out, LENGTH), "step   12/", ProcessHandle::destroyForcibly);
        assertEquals(SIGKILL_EXIT, ending.exitCode());
        // As if the kill had come within a write.
        Files.writeString(out.resolve("metrics.jsonl"), "{\"step\":13,\"lo", java.nio.file.StandardOpenOption.APPEND);
        TinyRun.Result resumed = TinyRun.resume(out);
        assertEquals(straight(text), resumed.sha256());
        assertTrue(resumed.out().contains("resumed at step "), resumed.out());
        assertEquals(400, Files.readAllLines(out.resolve("metrics.jsonl")).size());
    }

    @Test
    void sigtermLeavesACheckpointThatGoesOnExactly() throws Exception {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("stopped");
        Ending ending = startAndEnd(TinyRun.args(text, out, LENGTH), "step   12/", ProcessHandle::destroy);
        assertEquals(SIGTERM_EXIT, ending.exitCode(), ending.out());
        assertTrue(ending.out().contains("stopped after step "), ending.out());
        assertTrue(ending.out().contains("to go on: ./lockstep train --resume " + out), ending.out());
        assertNotEquals(straight(text), TinyRun.resume(out, "--stop-after", "399").sha256());
        assertEquals(straight(text, "again"), TinyRun.resume(out).sha256());
    }

    private String straight(Path text) {
        return straight(text, "straight");
    }

    private String straight(Path text, String name) {
        return TinyRun.train(text, dir.resolve(name), LENGTH).sha256();
    }

    /** Runs a child until it prints a line that starts so, then ends it. */
    private static Ending startAndEnd(List<String> args, String lineStart, Consumer<ProcessHandle> end)
        throws IOException, InterruptedException {
        Process child =
            new ProcessBuilder(MainProcess.command(List.of("-Xmx512m"), args)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder out = new StringBuilder();
            boolean ended = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n');
                if (!ended && line.startsWith(lineStart)) {
                    // By its handle: Process.destroy would close the pipe that we read.
                    end.accept(child.toHandle());
                    ended = true;
                }
            }
            assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child still runs");
            return new Ending(child.exitValue(), out.toString());
        } finally {
            child.destroyForcibly();
        }
    }
}
