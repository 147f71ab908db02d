package lockstep.deploy.train;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.Sha256;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What real runs tell Prometheus, and that the dashboard for Grafana asks for nothing else. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MetricsTest {
    private static final Path GRAFANA = Path.of(System.getProperty("basedir", ".")).resolve("grafana/lockstep.json");
    private static final Pattern SAMPLE = Pattern.compile("([^{ ]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)(=~|=)\"([^\"]*)\"");
    /** Of Prometheus' documentation of its data model; a colon is for rules alone. */
    private static final Pattern NAME = Pattern.compile("lockstep_[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern QUERIED = Pattern.compile("((?:lockstep|jvm)_[a-z0-9_]+)(?:\\{([^}]*)})?");
    /** An attempt that fails takes a number too, so nobody knows which. */
    private static final Pattern READY = Pattern.compile("\\{\"ready\":\"trains in generation [1-9]\\d*\"}\n");
    /** Prometheus itself adds it. */
    private static final String INSTANCE = "instance";

    @TempDir
    private Path dir;

    /** Samples of one name: label names and values of each. */
    private record Scrape(Map<String, List<Map<String, String>>> byName, Map<String, Double> first) {
        static Scrape of(String text) {
            Map<String, List<Map<String, String>>> byName = new TreeMap<>();
            Map<String, Double> first = new TreeMap<>();
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                byName.computeIfAbsent(sample.group(1), _ -> new ArrayList<>()).add(labels(sample.group(2)));
                first.putIfAbsent(sample.group(1), Double.valueOf(sample.group(3)));
            });
            return new Scrape(byName, first);
        }

        private static Map<String, String> labels(String text) {
            Map<String, String> labels = new TreeMap<>();
            if (text != null) {
                LABEL.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(3)));
            }
            return labels;
        }
    }

    @Test
    void twoNodesTellWhatTheDashboardForGrafanaShowsOnceTheyAreReady() throws Exception {
        int port = freePort();
        int second = freePort();
        try (ClusterRun run = new ClusterRun(); HttpClient client = HttpClient.newHttpClient()) {
            NodeProcess leader = run.first(
                ClusterRun.args(TinyRun.text(dir), dir.resolve("run"), "--micro-batches", "4", "--groups", "2", "--steps", "1000000",
                    "--log-every", "100000", "--val-every", "1000000", "--sample-every", "0", "--checkpoint-every", "0",
                    "--http-port=" + port),
                2, Map.of());
            HttpResponse<String> early = get(client, port, "/readyz");
            assertEquals(503, early.statusCode(), early.body());
            assertTrue(early.body().startsWith("{\"notReady\":\""), early.body());
            assertEquals(200, get(client, port, "/healthz").statusCode(), "it waits, which is no reason to kill it");
            leader.await("@run "); // its HTTP server was there before the run's files
            SortedMap<String, String> before = files();
            for (String path : List.of("/metrics", "/status", "/nonce", "/healthz", "/readyz", "/", "/config.json", "/leave")) {
                get(client, port, path);
            }
            assertEquals(before, files(), "nothing writes without being asked");
            NodeProcess other = run.further(Map.of(), "--http-port=" + second);
            Scrape leading = await(client, port, "lockstep_phase_seconds", Map.of("phase", "step", "quantile", "0.999"), leader);
            Scrape following = await(client, second, "lockstep_phase_seconds", Map.of("phase", "step"), other);
            for (int each : List.of(port, second)) {
                String ready = get(client, each, "/readyz").body();
                assertTrue(READY.matcher(ready).matches(), ready);
            }
            checkNames(leading);
            checkValues(leading, following);
            checkDashboard(leading);
        }
    }

    /** Every file below the run's directory with a digest of what is in it. */
    private SortedMap<String, String> files() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(dir)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                all.put(dir.relativize(file).toString(), Sha256.of(file));
            }
        }
        return all;
    }

    private static void checkNames(Scrape scrape) {
        for (String name : scrape.byName().keySet()) {
            assertTrue(name.startsWith("jvm_") || NAME.matcher(name).matches(), name);
            assertFalse(name.matches(".*_(ms|ns|us|percent)(_.*)?"), name + ": base units are seconds, bytes, ratios");
        }
    }

    private static void checkValues(Scrape leading, Scrape following) {
        assertEquals(1_000_000, leading.first().get("lockstep_steps"));
        assertTrue(leading.first().get("lockstep_step") > 0);
        assertTrue(leading.first().get("lockstep_loss_nats") > 0 && leading.first().get("lockstep_validation_loss_nats") > 0);
        assertTrue(leading.first().get("lockstep_tokens_per_second") > 0);
        assertTrue(leading.first().get("lockstep_last_step_age_seconds") >= 0);
        assertEquals(0, leading.first().get("lockstep_skipped_steps_total"));
        assertEquals(Set.of("wte", "wpe", "h0", "lnf"), values(leading, "lockstep_update_ratio_log10", "layer"));
        assertEquals(Set.of("coordinator", "follower", "spare", "joining"), values(leading, "lockstep_nodes", "role"));
        assertTrue(values(leading, "lockstep_phase_seconds_count", "phase").containsAll(Set.of("step", "forward", "commit-wait", "pause")));
        for (String own : List.of("lockstep_step", "lockstep_phase_seconds_count", "lockstep_generation",
            "lockstep_last_step_age_seconds")) {
            assertTrue(following.byName().containsKey(own), own);
        }
        for (String leaders : List.of("lockstep_loss_nats", "lockstep_learning_rate", "lockstep_update_ratio_log10")) {
            assertFalse(following.byName().containsKey(leaders), leaders);
        }
    }

    private static Set<String> values(Scrape scrape, String name, String label) {
        Set<String> values = new TreeSet<>();
        scrape.byName().get(name).forEach(labels -> values.add(labels.get(label)));
        return values;
    }

    private static void checkDashboard(Scrape scrape) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(GRAFANA.toFile());
        List<String> wrong = new ArrayList<>();
        int queries = 0;
        for (JsonNode panel : dashboard.at("/panels")) {
            for (JsonNode target : panel.at("/targets")) {
                String query = target.at("/expr").asText();
                wrong.addAll(unknown(query, target.at("/legendFormat").asText(), scrape));
                queries++;
            }
        }
        for (JsonNode annotation : dashboard.at("/annotations/list")) {
            wrong.addAll(unknown(annotation.at("/expr").asText(), "", scrape));
        }
        assertTrue(queries > 20, queries + " queries");
        assertEquals(List.of(), wrong);
        assertEquals(List.of("lockstep_loss: is not told", "lockstep_step: no label layer", "lockstep_phase_seconds: no phase=\"dance\""),
            Stream.of("lockstep_loss", "lockstep_step{layer=\"h0\"}", "lockstep_phase_seconds{phase=\"dance\"}")
                .flatMap(query -> unknown(query, "", scrape).stream()).toList());
    }

    /** What a query asks for that no sample has. */
    private static List<String> unknown(String query, String legend, Scrape scrape) {
        List<String> wrong = new ArrayList<>();
        Matcher queried = QUERIED.matcher(query);
        assertTrue(queried.find(), query);
        do {
            String name = queried.group(1);
            List<Map<String, String>> samples = scrape.byName().getOrDefault(name, List.of());
            if (samples.isEmpty()) {
                wrong.add(name + ": is not told");
                continue;
            }
            LABEL.matcher(queried.group(2) == null ? "" : queried.group(2)).results().filter(label -> !label.group(1).equals(INSTANCE))
                .forEach(label -> matching(name, label.group(1), label.group(3), samples, wrong));
            for (Matcher shown = Pattern.compile("\\{\\{(\\w+)}}").matcher(legend); shown.find();) {
                if (!shown.group(1).equals(INSTANCE) && !samples.getFirst().containsKey(shown.group(1))) {
                    wrong.add(name + ": no label " + shown.group(1) + " for the legend");
                }
            }
        } while (queried.find());
        return wrong;
    }

    /** Each alternative of a pattern has to be there. */
    private static void matching(String name, String label, String pattern, List<Map<String, String>> samples, List<String> wrong) {
        if (!samples.stream().anyMatch(labels -> labels.containsKey(label))) {
            wrong.add(name + ": no label " + label);
        } else {
            for (String value : pattern.split("\\|", -1)) {
                if (samples.stream().noneMatch(labels -> value.equals(labels.get(label)))) {
                    wrong.add(name + ": no " + label + "=\"" + value + "\"");
                }
            }
        }
    }

    /** Scrapes until a node tells of that: the answers themselves say when. */
    private static Scrape await(HttpClient client, int port, String name, Map<String, String> wanted, NodeProcess node) throws Exception {
        while (true) {
            assertTrue(node.handle().isAlive(), node::said);
            HttpResponse<String> reply = get(client, port, "/metrics");
            Scrape scrape = Scrape.of(reply.body());
            if (scrape.byName().getOrDefault(name, List.of()).stream()
                .anyMatch(labels -> labels.entrySet().containsAll(wanted.entrySet()))) {
                assertTrue(reply.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"),
                    reply.headers().toString());
                return scrape;
            }
        }
    }

    /** Asks until somebody listens: the process is starting. */
    private static HttpResponse<String> get(HttpClient client, int port, String path) throws Exception {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20)).build();
        while (true) {
            try {
                return client.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (ConnectException _) {
                Thread.onSpinWait();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
