package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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
@Timeout(180)
class ServeCommandTest {
    private static final int SIGTERM_EXIT = 128 + 15;
    private static final int AT_ONCE = 64;

    @TempDir
    private Path directory;
    private Path model;

    @BeforeEach
    void writeModel() {
        model = directory.resolve("bard 1.bin");
        ModelFile.write(model, TinyModel.SHAPE, TinyModel.params());
    }

    private Process start(String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("serve", model.toString(), "--port", "0", "--threads", "1"));
        args.addAll(List.of(more));
        return new ProcessBuilder(MainProcess.command(List.of("-Xmx256m"), args)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Reads where the process listens. */
    private static URI completions(Process process) throws IOException {
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertTrue(line.matches("model (bard-1|org/bard:v1) at http://127\\.0\\.0\\.1:\\d+/v1 until Ctrl-C"), line);
        return URI.create(line.replaceAll(".* at (\\S+) until.*", "$1/completions"));
    }

    private static int code(URI url, String host) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write(("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://localhost:3000\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
            return Integer.parseInt(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).substring(9));
        }
    }

    /** As many requests at once as an evaluation sends are answered in turn. */
    @Test
    void servesUntilASignal() throws IOException, InterruptedException {
        Process process = start("--name", "org/bard:v1", "--http-host", "bard.example", "--cors-origin", "http://localhost:3000");
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI url = completions(process);
            HttpRequest request =
                HttpRequest.newBuilder(url).header("Content-Type", "application/json").header("Origin", "http://localhost:3000")
                    .POST(BodyPublishers.ofString("{\"model\":\"org/bard:v1\",\"prompt\":\"a\",\"max_tokens\":3,\"seed\":1}")).build();
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                asked.add(client.sendAsync(request, BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> one : asked) {
                assertEquals(200, one.join().statusCode(), one.join().body());
                assertEquals("http://localhost:3000", one.join().headers().firstValue("Access-Control-Allow-Origin").orElse("none"));
            }
            JsonNode answer = new ObjectMapper().readTree(asked.getFirst().join().body());
            assertEquals("sha256:" + ModelFile.weightsSha256(TinyModel.params()), answer.at("/system_fingerprint").asText());
            assertEquals(200, code(url, "bard.example"));
            assertEquals(421, code(url, "evil.example"));
            assertTrue(process.toHandle().destroy());
            assertEquals(SIGTERM_EXIT, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    /** A web page that has its own name point here has no key. */
    @Test
    void whereAKeyIsAskedForAnyNameIsTaken() throws IOException {
        Process process = start("--api-key-file", Files.writeString(directory.resolve("key"), "sk-1").toString());
        try {
            assertEquals(200, code(completions(process), "whatever.example"));
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
        assertTrue(refused("--name", "a b").contains("--name: found 'a b'"));
        assertTrue(refused("--name", "a/").contains("no slash at the end"));
        assertTrue(refused("--bind", "no such host.invalid").contains("--bind"));
        assertTrue(refused("--api-key-file", directory.resolve("none").toString()).contains("none: no such file"));
        assertTrue(refused("--api-key-file", Files.createFile(directory.resolve("empty")).toString()).contains("--api-key-file"));
        assertTrue(refused("--http-host", "http://bard.example").contains("--http-host: found 'http://bard.example'"));
        assertTrue(refused("--cors-origin", "*").contains("--cors-origin: found *"));
        assertTrue(refused("--tokenizer", "gpt2").contains("50257"));
    }
}
