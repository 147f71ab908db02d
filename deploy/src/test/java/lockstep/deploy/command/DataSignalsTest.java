package lockstep.deploy.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.MainProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** SIGTERM, as Ctrl-C, to a process that turns text into shards. */
@Timeout(120)
class DataSignalsTest {
    private static final int SIGTERM = 15;

    @TempDir
    private Path dir;

    @Test
    void aSignalEndsItWithNothingLeftBehind() throws IOException, InterruptedException {
        Path text = dir.resolve("text.txt");
        Files.writeString(text, "Some words, 12 numbers and more.\n".repeat(4_000_000));
        Path out = Files.createDirectories(dir.resolve("out"));
        Path stderr = dir.resolve("stderr");
        Process process = new ProcessBuilder(
            MainProcess.command(List.of("-Xmx512m"), List.of("data", "text", text.toString(), "--out", out.toString(), "--threads", "2")))
            .redirectError(stderr.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            while (names(out).isEmpty()) {
                assertTrue(process.isAlive(), () -> process.exitValue() + ": " + read(stderr));
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it goes on after SIGTERM");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(128 + SIGTERM, process.exitValue(), read(stderr));
        assertEquals(List.of(), names(out));
        assertTrue(read(stderr).contains("lockstep: interrupted; nothing was written to " + out), read(stderr));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> stream = Files.list(directory)) {
            return stream.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
