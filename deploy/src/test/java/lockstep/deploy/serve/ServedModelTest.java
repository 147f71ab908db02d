package lockstep.deploy.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.CompletionListener;
import lockstep.deploy.complete.CompletionSettings;
import lockstep.deploy.complete.CompletionSettings.End;
import lockstep.deploy.complete.CompletionSettings.Probabilities;
import lockstep.deploy.complete.TokenText;
import lockstep.deploy.http.GateRules;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Origins;
import lockstep.node.generate.Generator;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.model.Initializer;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Serves a model over the loopback to each test. */
@Timeout(60)
abstract class ServedModelTest {
    /** Room for texts that take minutes. */
    static final ModelShape SHAPE = ModelShape.of(1 << 17, 256, 2, 2, 16);
    static final Tokenizer BYTES = Tokenizer.named("bytes");
    static final String ENDLESS = "{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":130000,\"temperature\":0,\"stream\":%s}";
    static final ObjectMapper JSON = new ObjectMapper();

    final Workers workers = new Workers(1);
    final float[] params = Initializer.parameters(SHAPE, 42);
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final List<String> defects = new ArrayList<>();
    Engine engine;
    String name = "m";
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() {
        serve(4, Duration.ofMinutes(5), Optional.empty());
    }

    void serve(int waiting, Duration timeout, Optional<ApiKey> key) {
        engine = new Engine(completer(), waiting, timeout, defects::add);
        open(key);
    }

    void open(Optional<ApiKey> key) {
        endpoint = HttpEndpoint.open(new HttpEndpoint.Options("--port", "--bind"), new HttpAddress(HttpAddress.LOOPBACK, 0),
            ApiRoutes.of(new ServedModel(name, "sha256:abc", 17), engine, key, InstantSource.fixed(Instant.ofEpochSecond(99))),
            new GateRules(HostNames.NONE, Origins.NONE, ApiRoutes.ERRORS));
    }

    void restart(int waiting, Duration timeout, Optional<ApiKey> key) {
        closeServer();
        serve(waiting, timeout, key);
    }

    void closeServer() {
        endpoint.close();
        engine.close();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        closeServer();
        workers.close();
        assertEquals(List.of(), defects);
    }

    Completer completer() {
        return new Completer(new TextGenerator(new Generator(SHAPE, params, workers)), BYTES);
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(to(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to("/v1/completions").header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    JsonNode answer(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = post(body);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    /** What generate would say. */
    String expected(String prompt, int tokens, long seed) {
        CompletionSettings settings = new CompletionSettings(tokens, SamplerSettings.plain(), List.of(), End.STOPS, Probabilities.NONE);
        return completer().complete(TokenText.prompt(BYTES, prompt), settings, seed, new CompletionListener() {
            @Override
            public void added(String text, List<CompletedToken> some) {
                // comes at the end
            }

            @Override
            public boolean goesOn() {
                return true;
            }
        }).text();
    }

    Socket send(String body) throws IOException {
        return send(body, "HTTP/1.1");
    }

    Socket send(String body, String version) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        socket.getOutputStream()
            .write(("POST /v1/completions " + version + "\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
