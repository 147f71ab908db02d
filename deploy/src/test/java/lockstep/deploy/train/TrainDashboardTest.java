package lockstep.deploy.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.http.RawHttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The page's server and the files behind it, through the command line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TrainDashboardTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_NS = 10_000_000;

    @TempDir
    private Path dir;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(), BodyHandlers.ofString());
        }
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static List<String> events(Path run) throws IOException {
        return lines(run.resolve("events.jsonl")).stream().map(line -> line.path("step").asInt() + " " + line.path("event").asText())
            .toList();
    }

    @Test
    void what_happens_beside_the_steps_is_in_the_runs_directory_and_a_resumed_run_goes_on_there() throws IOException {
        Path out = dir.resolve("a");
        assertEquals(0,
            TinyRun.train(TinyRun.text(dir), out, "--steps", "6", "--stop-after", "4", "--sample-every", "2", "--checkpoint-every", "2",
                "--keep", "0").exitCode());
        assertEquals(List.of("0 began", "0 generation", "2 checkpoint", "4 checkpoint", "4 ended"), events(out));
        JsonNode began = lines(out.resolve("events.jsonl")).getFirst();
        assertEquals(6, began.path("steps").asInt());
        assertEquals(2 * 16 * 3, began.at("/batch/tokens").asInt());
        assertTrue(began.path("peakGflops").asDouble() > 0 && began.path("flopsPerToken").asDouble() > 0, began.toString());
        JsonNode node = lines(out.resolve("events.jsonl")).get(1).at("/nodes/0");
        assertEquals("{\"node\":\"node-1\",\"role\":\"coordinator\",\"groups\":[0,1]}", node.toString());
        assertEquals(List.of(2, 4), lines(out.resolve("samples.jsonl")).stream().map(line -> line.path("step").asInt()).toList());

        deleteTree(out.resolve("checkpoints/step_00000004"));
        assertEquals(0, TinyRun.resume(out).exitCode());
        assertEquals(
            List.of("0 began", "0 generation", "2 checkpoint", "2 leads", "2 generation", "4 checkpoint", "6 checkpoint", "6 ended"),
            events(out));
        assertEquals(List.of(2, 4, 6), lines(out.resolve("samples.jsonl")).stream().map(line -> line.path("step").asInt()).toList());
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** In one generation after another: a death, a join, a departure by its own wish. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void losses_joins_and_departures_are_told_apart_whoever_leads() throws Exception {
        Path out = dir.resolve("run");
        try (ClusterRun run = new ClusterRun()) {
            NodeProcess first =
                run.first(ClusterRun.args(TinyRun.text(dir), out, "--micro-batches", "4", "--steps", "1000000", "--val-every", "0",
                    "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "100000"), 3, java.util.Map.of());
            NodeProcess second = run.further(java.util.Map.of());
            NodeProcess third = run.further(java.util.Map.of());
            run.awaitAny("generation 1 from step 0");
            awaitEvent(run, out, "began", "\"node\":\"" + first.address() + "\"");
            first.kill();
            awaitEvent(run, out, "lost", "\"node\":\"" + first.address() + "\"");
            awaitEvent(run, out, "recovered", "");
            second.terminate(); // it leads now
            awaitEvent(run, out, "left", "\"node\":\"" + second.address() + "\"");
            NodeProcess fourth = run.further(java.util.Map.of());
            awaitEvent(run, out, "joined", "\"node\":\"" + fourth.address() + "\"");
            fourth.terminate();
            awaitEvent(run, out, "left", "\"node\":\"" + fourth.address() + "\"");
            third.terminate();
            assertEquals(128 + 15, third.awaitExit(), run::said);
            List<JsonNode> events = lines(out.resolve("events.jsonl"));
            List<String> lost = events.stream().filter(event -> event.path("event").asText().equals("lost"))
                .map(event -> event.path("node").asText()).toList();
            assertEquals(List.of(first.address()), lost, events.toString());
            assertEquals(List.of(first.address(), second.address(), third.address()),
                events.stream().filter(event -> event.path("event").asText().matches("began|leads"))
                    .map(event -> event.path("node").asText()).toList());
            assertTrue(events.stream().filter(event -> event.path("event").asText().equals("recovered"))
                .allMatch(event -> event.path("ms").asDouble() > 0));
            assertEquals("ended", events.getLast().path("event").asText());
        }
    }

    /** Looks again and again until the log has such a line with this in it. */
    private static void awaitEvent(ClusterRun run, Path out, String what, String part) {
        String start = "\"event\":\"" + what + "\"";
        Path log = out.resolve("events.jsonl");
        run.awaitAny(_ -> hasLine(log, start, part), "event '" + what + "' with '" + part + "' in " + log);
    }

    private static boolean hasLine(Path log, String start, String part) {
        try {
            return Files.exists(log) && Files.readAllLines(log).stream().anyMatch(line -> line.contains(start) && line.contains(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void the_page_its_parts_and_the_status_are_behind_one_port_with_the_headers_that_keep_others_out() throws Exception {
        Path out = dir.resolve("a");
        assertEquals(0, TinyRun.train(TinyRun.text(dir), out, "--steps", "3").exitCode());
        int port = freePort();
        try (NodeProcess server =
            NodeProcess.command(List.of("dashboard", out.toString(), "--port", String.valueOf(port), "--http-host", "page.example"))) {
            server.await("dashboard at http://127.0.0.1:" + port + "/ until Ctrl-C");
            for (String path : List.of("/", "/dashboard.js", "/dashboard.css", "/uPlot.esm.js", "/uPlot.min.css", "/favicon.svg")) {
                HttpResponse<String> reply = get(port, path);
                assertEquals(200, reply.statusCode(), path);
                assertTrue(reply.headers().firstValue("Content-Security-Policy").orElse("").startsWith("default-src 'self';"), path);
                assertEquals("nosniff", reply.headers().firstValue("X-Content-Type-Options").orElse(""), path);
                assertFalse(reply.body().contains("https://cdn"), path);
            }
            for (String path : List.of("/index.html", "/cluster.secret", "/config.json", "/../config.json", "/metrics.jsonl")) {
                assertEquals(404, get(port, path).statusCode(), path);
            }
            while (JSON.readTree(get(port, "/status").body()).path("step").asInt() != 3) {
                LockSupport.parkNanos(POLL_NS);
            }
            JsonNode status = JSON.readTree(get(port, "/status").body());
            assertEquals("a", status.path("runId").asText());
            assertEquals("node-1", status.at("/nodes/0/name").asText());
            assertEquals(200, get(port, "/healthz").statusCode());
            assertEquals(404, get(port, "/leave").statusCode(), "who watches retires nobody");
            assertEquals(200, RawHttp.codeBy("page.example", port, "/"));
            assertEquals(421, RawHttp.codeBy("evil.example", port, "/"));
            server.terminate();
            assertEquals(128 + 15, server.awaitExit(), server::said);
        }
        assertEquals(List.of("checkpoints", "config.json", "data", "events.jsonl"), names(out).subList(1, 5),
            "nothing was written: " + names(out));
    }

    private static List<String> names(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void who_watches_several_nodes_is_told_the_end_when_they_are_ended_by_a_signal() throws Exception {
        Path out = dir.resolve("a");
        int port = freePort();
        List<String> args = new ArrayList<>(ClusterRun.args(TinyRun.text(dir), out, "--micro-batches", "4", "--steps", "1000000",
            "--val-every", "0", "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "100000"));
        args.addFirst("train");
        args.addAll(List.of("--vector", "scalar", "--nodes", "2", "--dashboard", String.valueOf(port), "--http-host", "page.example"));
        try (NodeProcess parent = NodeProcess.command(args); HttpClient http = HttpClient.newHttpClient()) {
            parent.awaitLine(line -> line.contains("generation 1 from step 0 on: "), "generation 1");
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events")).build();
            CountDownLatch watches = new CountDownLatch(1);
            CompletableFuture<List<String>> seen = http.sendAsync(request, BodyHandlers.ofLines()).thenApply(reply -> {
                List<String> lines = new ArrayList<>();
                try {
                    reply.body().peek(_ -> watches.countDown()).forEach(lines::add);
                } catch (UncheckedIOException e) {
                    // the stream was cut off where the process ended
                }
                return lines;
            });
            assertTrue(watches.await(1, TimeUnit.MINUTES));
            assertEquals(200, RawHttp.codeBy("page.example", port, "/"));
            parent.terminate();
            assertEquals(128 + 15, parent.awaitExit(), parent::said);
            List<String> states = seen.get(1, TimeUnit.MINUTES).stream().filter(line -> line.contains("\"state\":\"ended\"")).toList();
            assertFalse(states.isEmpty(), () -> "nobody said that it ended: " + parent.said());
            assertFalse(parent.said().contains("Exception"), parent::said);
        }
    }

    @Test
    void wrong_options_are_named() throws IOException {
        Path text = TinyRun.text(dir);
        assertEquals("lockstep: --dashboard must be 1 to 65535, found 65536\n",
            TinyRun.train(text, dir.resolve("a"), "--steps", "1", "--dashboard", "65536").err());
        TinyRun.Result both = TinyRun.train(text, dir.resolve("a"), "--steps", "1", "--dashboard", "8080", "--http-port", "8081");
        assertEquals(2, both.exitCode());
        assertEquals(
            "lockstep: --dashboard: found 8080 beside --http-port 8081, expected the same port or one of the two: one server answers to both\n",
            both.err());
        TinyRun.Result noRun = TinyRun.run("dashboard", dir.resolve("nowhere").toString());
        assertEquals(2, noRun.exitCode());
        assertEquals("lockstep: " + dir.resolve("nowhere") + ": no such directory, expected a run's, as train has printed it\n",
            noRun.err());
        TinyRun.Result empty = TinyRun.run("dashboard", dir.toString());
        assertEquals(2, empty.exitCode());
        assertTrue(empty.err().contains("found no metrics.jsonl in it"), empty.err());
    }

    @Test
    void a_taken_port_ends_the_run_before_it_leaves_anything_also_with_several_nodes() throws IOException {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("a");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (List<String> more : List.of(List.<String>of(), List.of("--nodes", "2"))) {
                List<String> args =
                    new ArrayList<>(TinyRun.args(text, out, "--steps", "1", "--dashboard", String.valueOf(taken.getLocalPort())));
                args.addAll(more);
                TinyRun.Result result = TinyRun.run(args.toArray(String[]::new));
                assertEquals(2, result.exitCode());
                assertTrue(result.err().startsWith("lockstep: --dashboard: 127.0.0.1:" + taken.getLocalPort() + " can't be listened on"),
                    result.err());
                assertFalse(Files.exists(out));
            }
        }
    }
}
