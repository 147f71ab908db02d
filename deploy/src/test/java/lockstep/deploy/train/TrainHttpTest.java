package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.checkpoint.CheckpointStore;
import lockstep.deploy.http.RawHttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A run that is followed while it trains, through the command line on both sides. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TrainHttpTest {
    @TempDir
    private Path dir;

    @Test
    void aRunIsFollowedAndEndedFromOutsideAndGoesOnToTheSameWeights() throws Exception {
        Path text = TinyRun.text(dir);
        Path secret = Files.writeString(dir.resolve("secret"), "correct horse battery");
        Path out = dir.resolve("followed");
        String[] length =
            {"--steps", "1000000", "--log-every", "1000", "--val-every", "0", "--sample-every", "0", "--checkpoint-every", "0"};
        int port = freePort();
        String at = "127.0.0.1:" + port;
        List<String> args = new ArrayList<>(TinyRun.args(text, out, length));
        args.addAll(
            List.of("--http-port", String.valueOf(port), "--http-host", "node-1,*.run.example", "--secret-file", secret.toString()));
        // a thread of its own: the common pool may have no more than the one that the HTTP client needs
        CompletableFuture<TinyRun.Result> run = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> run.complete(TinyRun.run(args.toArray(String[]::new))));
        JsonNode status = awaitStep(run, at);
        assertEquals("followed", status.at("/runId").asText());
        assertEquals(1_000_000, status.at("/steps").asInt());
        JsonNode node = status.at("/nodes/0");
        assertEquals("node-1", node.at("/name").asText());
        assertEquals("coordinator", node.at("/role").asText());
        assertEquals(at, node.at("/address").asText());
        assertEquals("[0,1]", node.at("/groups").toString());
        assertTrue(node.at("/tokensPerSecond").asDouble() > 0, node.toString());
        assertTrue(node.at("/computeMs").asDouble() > 0, node.toString());

        assertEquals(200, RawHttp.codeBy("Pod-0.run.example:8080", port, "/status"));
        assertEquals(421, RawHttp.codeBy("evil.example", port, "/status"));
        assertEquals(2, TinyRun.run("cluster", "leave", "node-2", "--at", at, "--secret-file", secret.toString()).exitCode());
        TinyRun.Result leave = TinyRun.run("cluster", "leave", "node-1", "--at", at, "--secret-file", secret.toString());
        assertEquals(0, leave.exitCode(), leave.err());
        TinyRun.Result ended = run.get(1, TimeUnit.MINUTES);
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("stopped after step "), ended.out());
        assertEquals("lockstep: status at http://" + at + "/status until the run ends\n", ended.err());
        assertEquals(2, TinyRun.run("cluster", "status", "--at", at).exitCode());
        String stopAfter = String.valueOf(CheckpointStore.step(new CheckpointStore(out).newestComplete().orElseThrow()).orElseThrow() + 3);
        List<String> alone = new ArrayList<>(TinyRun.args(text, dir.resolve("alone"), length));
        alone.addAll(List.of("--stop-after", stopAfter));
        assertEquals(TinyRun.run(alone.toArray(String[]::new)).sha256(), TinyRun.resume(out, "--stop-after", stopAfter).sha256());
    }

    @Test
    void aTakenPortEndsTheRunBeforeItLeavesAnything() throws IOException {
        Path out = dir.resolve("a");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TinyRun.Result result =
                TinyRun.train(TinyRun.text(dir), out, "--steps", "1", "--http-port", String.valueOf(taken.getLocalPort()));
            assertEquals(2, result.exitCode());
            assertTrue(result.err().startsWith("lockstep: --http-port: 127.0.0.1:" + taken.getLocalPort() + " can't be listened on"),
                result.err());
            assertEquals(1, result.err().lines().count(), result.err());
            assertFalse(Files.exists(out));
        }
    }

    @Test
    void wrongOptionsAreNamed() throws IOException {
        Path text = TinyRun.text(dir);
        for (String port : List.of("-1", "65536")) {
            TinyRun.Result result = TinyRun.train(text, dir.resolve("a"), "--steps", "1", "--http-port", port);
            assertEquals(2, result.exitCode());
            assertEquals("lockstep: --http-port must be 0 to 65535, found " + port + "\n", result.err());
        }
        TinyRun.Result host = TinyRun.train(text, dir.resolve("a"), "--steps", "1", "--http-port", "1", "--http-host", "node-1:8080");
        assertTrue(host.err().startsWith("lockstep: --http-host: found 'node-1:8080', expected names without scheme, port or path"),
            host.err());
        TinyRun.Result result = TinyRun.train(text, dir.resolve("a"), "--steps", "1", "--http-port", "1", "--secret-file",
            Files.writeString(dir.resolve("short"), "short").toString());
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("the secret must have 16 to 4096 bytes: found 5"), result.err());
    }

    /** Asks until a step is done: the answers themselves say when. */
    private static JsonNode awaitStep(CompletableFuture<TinyRun.Result> run, String at) throws Exception {
        while (!run.isDone()) {
            TinyRun.Result status = TinyRun.run("cluster", "status", "--json", "--at", at);
            if (status.exitCode() == 0) {
                JsonNode json = new ObjectMapper().readTree(status.out());
                if (json.at("/step").asInt() > 0) {
                    return json;
                }
            }
        }
        throw new AssertionError("the run ended unseen: " + run.get());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
