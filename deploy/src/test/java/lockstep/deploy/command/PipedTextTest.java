package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.MainProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Text that comes through the standard input of a process. */
class PipedTextTest {
    @TempDir
    private Path dir;

    @Test
    void theStandardInputGivesTheShardsOfTheFile() throws IOException, InterruptedException {
        Path text = Files.writeString(dir.resolve("text.txt"), "Some words, line after line.\n".repeat(5_000));
        assertEquals(0, run(text, "data", "text", "-", "--tokenizer", "bytes", "--out", dir.resolve("piped").toString()));
        DataCommand data = new DataCommand();
        assertEquals(0,
            new picocli.CommandLine(data).setOut(new PrintWriter(new StringWriter())).execute("text", text.toString(), "--tokenizer",
                "bytes", "--out",
                dir.resolve("file").toString()));
        for (String part : List.of("train", "val")) {
            String shard = "text_" + part + "_000000.bin";
            assertEquals(-1, Files.mismatch(dir.resolve("file").resolve(shard), dir.resolve("piped").resolve(shard)), part);
        }
        Path other = Files.writeString(dir.resolve("paper"), "%PDF-1.4\n");
        assertEquals(2, run(other, "data", "text", "-", "--out", dir.resolve("no").toString()));
        assertTrue(Files.readString(dir.resolve("said"), StandardCharsets.UTF_8).contains("lockstep: standard input: is a PDF document"));
    }

    private int run(Path input, String... args) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(MainProcess.command(List.of("-Xmx256m"), List.of(args))).redirectErrorStream(true)
            .redirectOutput(dir.resolve("said").toFile()).start();
        try (var stdin = process.getOutputStream()) {
            Files.copy(input, stdin);
        }
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it goes on after its input has ended");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
