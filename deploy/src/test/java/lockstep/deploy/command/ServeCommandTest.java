package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.ModelFile;
import lockstep.deploy.CommandLines;
import lockstep.deploy.MainProcess;
import lockstep.deploy.complete.TinyModel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code serve} as a user starts it. */
@Timeout(60)
class ServeCommandTest {
    private static final int SIGTERM_EXIT = 128 + 15;

    @TempDir
    private Path directory;
    private Path model;

    @BeforeEach
    void writeModel() {
        model = directory.resolve("bard 1.bin");
        ModelFile.write(model, TinyModel.SHAPE, TinyModel.params());
    }

    @Test
    void servesUntilASignal() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
            MainProcess.command(List.of("-Xmx256m"), List.of("serve", model.toString(), "--port", "0", "--threads", "1")))
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            assertTrue(line.matches("model bard-1 at http://127\\.0\\.0\\.1:\\d+/v1 until Ctrl-C"), line);
            URI url = URI.create(line.replaceAll(".* at (\\S+) until.*", "$1/completions"));
            HttpRequest request = HttpRequest.newBuilder(url).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"model\":\"bard-1\",\"prompt\":\"a\",\"max_tokens\":3,\"seed\":1}")).build();
            JsonNode answer = new ObjectMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
            assertEquals("sha256:" + ModelFile.weightsSha256(TinyModel.params()), answer.at("/system_fingerprint").asText());
            assertTrue(process.toHandle().destroy());
            assertEquals(SIGTERM_EXIT, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    private String refused(String... more) {
        StringWriter err = new StringWriter();
        String[] args = new String[2 + more.length];
        args[0] = "serve";
        args[1] = model.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        assertEquals(2, CommandLines.run(CommandLines.of(new PrintWriter(new StringWriter(), true), new PrintWriter(err, true)), args),
            err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
        return err.toString();
    }

    @Test
    void whatMakesNoSenseIsRefused() throws IOException {
        assertTrue(refused("--port", "70000").contains("--port must be 0 to 65535, found 70000"));
        assertTrue(refused("--waiting", "0").contains("--waiting must be 1 to"));
        assertTrue(refused("--timeout", "0").contains("--timeout must be 1 to"));
        assertTrue(refused("--name", "a/b").contains("--name: found a/b"));
        assertTrue(refused("--bind", "no such host.invalid").contains("--bind"));
        assertTrue(refused("--api-key-file", directory.resolve("none").toString()).contains("none: no such file"));
        assertTrue(refused("--api-key-file", Files.createFile(directory.resolve("empty")).toString()).contains("--api-key-file"));
        assertTrue(refused("--tokenizer", "gpt2").contains("50257"));
    }
}
