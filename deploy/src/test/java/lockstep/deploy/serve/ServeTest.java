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
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.CompletionListener;
import lockstep.deploy.complete.CompletionSettings;
import lockstep.deploy.complete.CompletionSettings.End;
import lockstep.deploy.complete.CompletionSettings.Probabilities;
import lockstep.deploy.complete.Seeds;
import lockstep.deploy.complete.TokenText;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.node.generate.Generator;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.model.Initializer;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A served model over the loopback, as clients of OpenAI's interface talk to it. */
@Timeout(60)
class ServeTest {
    /** Room for texts that take minutes. */
    private static final ModelShape SHAPE = ModelShape.of(1 << 17, 256, 2, 2, 16);
    private static final Tokenizer BYTES = Tokenizer.named("bytes");
    private static final String ENDLESS = "{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":130000,\"temperature\":0,\"stream\":%s}";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;
    private final Workers workers = new Workers(1);
    private final float[] params = Initializer.parameters(SHAPE, 42);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> defects = new ArrayList<>();
    private Engine engine;
    private HttpEndpoint endpoint;

    @BeforeEach
    void start() {
        serve(4, Duration.ofMinutes(5), Optional.empty());
    }

    private void serve(int waiting, Duration timeout, Optional<ApiKey> key) {
        engine = new Engine(completer(), waiting, timeout, defects::add);
        endpoint = HttpEndpoint.open(new HttpEndpoint.Options("--port", "--bind"), new HttpAddress(HttpAddress.LOOPBACK, 0),
            ApiRoutes.of(new ServedModel("m", "sha256:abc", 17), engine, key, InstantSource.fixed(Instant.ofEpochSecond(99))),
            ApiRoutes.ERRORS);
    }

    private void restart(int waiting, Duration timeout, Optional<ApiKey> key) {
        closeServer();
        serve(waiting, timeout, key);
    }

    private void closeServer() {
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

    private Completer completer() {
        return new Completer(new TextGenerator(new Generator(SHAPE, params, workers)), BYTES);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(to(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to("/v1/completions").header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private JsonNode answer(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = post(body);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    /** What generate would say. */
    private String expected(String prompt, int tokens, long seed) {
        CompletionSettings settings = new CompletionSettings(tokens, SamplerSettings.plain(), List.of(), End.STOPS, Probabilities.NONE);
        return completer().complete(TokenText.document(BYTES, prompt), settings, seed, new CompletionListener() {
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

    @Test
    void theModelIsListed() throws IOException, InterruptedException {
        JsonNode list = JSON.readTree(get("/v1/models").body());
        assertEquals("list", list.at("/object").asText());
        assertEquals("m", list.at("/data/0/id").asText());
        assertEquals(JSON.readTree(get("/v1/models/m").body()), list.at("/data/0"));
        assertEquals(17, list.at("/data/0/created").asInt());
        assertEquals(404, get("/v1/models/other").statusCode());
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void choicesAreWhatGenerateSaysWithTheirSeeds() throws IOException, InterruptedException {
        JsonNode body =
            answer("{\"model\":\"m\",\"prompt\":[\"ROMEO:\",\"Grüße\"],\"max_tokens\":20,\"n\":2,\"seed\":5,\"user\":\"u\",\"best_of\":2,"
                + "\"presence_penalty\":0,\"logit_bias\":{},\"suffix\":null}");
        assertEquals("text_completion", body.at("/object").asText());
        assertTrue(body.at("/id").asText().startsWith("cmpl-"));
        assertEquals(99, body.at("/created").asInt());
        assertEquals("sha256:abc", body.at("/system_fingerprint").asText());
        assertEquals(5, body.at("/seed").asInt());
        for (int choice = 0; choice < 4; choice++) {
            JsonNode one = body.at("/choices/" + choice);
            assertEquals(choice, one.at("/index").asInt());
            assertEquals(expected(choice < 2 ? "ROMEO:" : "Grüße", 20, Seeds.of(5, choice % 2)), one.at("/text").asText());
            assertTrue(List.of("length", "stop").contains(one.at("/finish_reason").asText()));
            assertTrue(one.at("/logprobs").isNull());
        }
        assertFalse(body.at("/choices/0/text").equals(body.at("/choices/1/text")));
        assertEquals(7 + 8, body.at("/usage/prompt_tokens").asInt());
        assertEquals(body.at("/usage/total_tokens").asInt(), 15 + body.at("/usage/completion_tokens").asInt());
    }

    @Test
    void aDrawnSeedIsToldAndRepeatsTheAnswer() throws IOException, InterruptedException {
        JsonNode first = answer("{\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":30}");
        JsonNode again = answer("{\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":30,\"seed\":" + first.at("/seed").asLong() + "}");
        assertEquals(first.at("/choices"), again.at("/choices"));
    }

    @Test
    void tokenIdsAreTakenAsTheyAre() throws IOException, InterruptedException {
        JsonNode ids = answer("{\"model\":\"m\",\"prompt\":[[0,97,98],[97,98]],\"max_tokens\":8,\"seed\":5,\"echo\":true}");
        assertEquals("\u0000ab" + expected("ab", 8, 5), ids.at("/choices/0/text").asText());
        assertTrue(ids.at("/choices/1/text").asText().startsWith("ab"));
        assertEquals(5, ids.at("/usage/prompt_tokens").asInt());
        assertEquals(answer("{\"model\":\"m\",\"prompt\":\"\",\"max_tokens\":8,\"seed\":5}").at("/choices"),
            answer("{\"model\":\"m\",\"max_tokens\":8,\"seed\":5}").at("/choices"));
    }

    @Test
    void logprobsAndEchoScoreAText() throws IOException, InterruptedException {
        JsonNode choice =
            answer("{\"model\":\"m\",\"prompt\":\"aßb\",\"max_tokens\":0,\"echo\":true,\"logprobs\":2}").at("/choices/0");
        assertEquals("aßb", choice.at("/text").asText());
        assertEquals("[\"a\",\"bytes:\\\\xc3\",\"bytes:\\\\x9f\",\"b\"]", choice.at("/logprobs/tokens").toString());
        assertEquals("[0,1,1,2]", choice.at("/logprobs/text_offset").toString());
        assertEquals(4, choice.at("/logprobs/token_logprobs").size());
        assertEquals(2, choice.at("/logprobs/top_logprobs/3").size());
        choice.at("/logprobs/token_logprobs").forEach(value -> assertTrue(value.asDouble() < 0));
        JsonNode ids =
            answer("{\"model\":\"m\",\"prompt\":[97,98],\"max_tokens\":3,\"echo\":true,\"logprobs\":0,\"seed\":1}").at("/choices/0");
        assertTrue(ids.at("/logprobs/token_logprobs/0").isNull());
        assertEquals(5, ids.at("/logprobs/token_logprobs").size());
        assertEquals(0, ids.at("/logprobs/top_logprobs/1").size());
        JsonNode drawn = answer("{\"model\":\"m\",\"prompt\":[97,98],\"max_tokens\":3,\"logprobs\":1,\"seed\":1}").at("/choices/0");
        assertEquals(ids.at("/logprobs/tokens/2"), drawn.at("/logprobs/tokens/0"));
        assertEquals(0, drawn.at("/logprobs/text_offset/0").asInt());
    }

    @Test
    void aStreamSaysTheSameInParts() throws IOException, InterruptedException {
        String fields = "\"model\":\"m\",\"prompt\":[\"ab\",\"c\"],\"max_tokens\":25,\"seed\":5,\"echo\":true,\"logprobs\":1";
        JsonNode whole = answer("{" + fields + "}");
        HttpResponse<String> response = post("{" + fields + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        assertEquals("text/event-stream", response.headers().firstValue("Content-Type").orElseThrow());
        List<String> lines = response.body().lines().filter(line -> line.startsWith("data: ")).map(line -> line.substring(6)).toList();
        assertEquals("[DONE]", lines.getLast());
        List<StringBuilder> texts = List.of(new StringBuilder(), new StringBuilder());
        List<List<String>> tokens = List.of(new ArrayList<>(), new ArrayList<>());
        List<String> finishes = new ArrayList<>();
        for (String line : lines.subList(0, lines.size() - 2)) {
            JsonNode part = JSON.readTree(line);
            assertTrue(part.get("usage").isNull(), line);
            int index = part.at("/choices/0/index").asInt();
            texts.get(index).append(part.at("/choices/0/text").asText());
            part.at("/choices/0/logprobs/tokens").forEach(token -> tokens.get(index).add(token.asText()));
            if (!part.at("/choices/0/finish_reason").isNull()) {
                finishes.add(part.at("/choices/0/finish_reason").asText());
            }
        }
        for (int i = 0; i < 2; i++) {
            assertEquals(whole.at("/choices/" + i + "/text").asText(), texts.get(i).toString());
            assertEquals(whole.at("/choices/" + i + "/logprobs/tokens"), JSON.valueToTree(tokens.get(i)));
            assertEquals(whole.at("/choices/" + i + "/finish_reason").asText(), finishes.get(i));
        }
        JsonNode last = JSON.readTree(lines.get(lines.size() - 2));
        assertEquals(whole.at("/usage"), last.at("/usage"));
        assertEquals(0, last.at("/choices").size());
    }

    @Test
    void aStopEndsTheText() throws IOException, InterruptedException {
        String text = answer("{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":60,\"seed\":2,\"top_k\":50}").at("/choices/0/text").asText();
        String stop = text.substring(10, 11);
        JsonNode choice = answer("{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":60,\"seed\":2,\"top_k\":50,\"stop\":[\"unheard of\","
            + JSON.writeValueAsString(stop) + "]}").at("/choices/0");
        assertEquals(text.substring(0, text.indexOf(stop)), choice.at("/text").asText());
        assertEquals("stop", choice.at("/finish_reason").asText());
    }

    @Test
    void whoWantsNoTokensHearsHowLongThePromptIs() throws IOException, InterruptedException {
        JsonNode body = answer("{\"model\":\"m\",\"prompt\":\"abc\",\"max_tokens\":0}");
        assertEquals("", body.at("/choices/0/text").asText());
        assertEquals("length", body.at("/choices/0/finish_reason").asText());
        assertEquals(4, body.at("/usage/prompt_tokens").asInt());
        assertEquals(0, body.at("/usage/completion_tokens").asInt());
        assertTrue(post("{\"model\":\"m\",\"prompt\":\"abc\",\"max_tokens\":0,\"stream\":true}").body().endsWith("data: [DONE]\n\n"));
    }

    /** Half a surrogate pair is no character: JSON can spell it, UTF-8 cannot. */
    @Test
    void halfAPairIsAnsweredInWords() throws IOException, InterruptedException {
        String pair = "\\ud800";
        for (String stream : List.of("true", "false")) {
            HttpResponse<String> echo =
                post("{\"model\":\"m\",\"prompt\":\"a" + pair + "b\",\"max_tokens\":0,\"echo\":true,\"stream\":" + stream + "}");
            assertEquals(400, echo.statusCode(), echo.body());
            assertEquals("prompt", JSON.readTree(echo.body()).at("/error/param").asText());
        }
        assertEquals(404, post("{\"model\":\"" + pair + "\"}").statusCode());
        assertEquals(400, post("{\"model\":\"m\",\"x" + pair + "\":1}").statusCode());
        assertEquals(400, post("{\"model\":\"m\",\"n\":\"" + pair + "\"}").statusCode());
        assertEquals(200, post("{\"model\":\"m\",\"prompt\":\"\\ud83d\\ude00\",\"max_tokens\":0,\"echo\":true}").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {                                                       | 400 |
        []                                                      | 400 |
        {"model":"m"} {}                                        | 400 |
        {"model":"m","model":"m"}                               | 400 |
        {"prompt":"a"}                                          | 400 | model
        {"model":3}                                             | 400 | model
        {"model":"gpt-4"}                                       | 404 | model
        {"model":"m","messages":[]}                             | 400 | messages
        {"model":"m","suffix":"x"}                              | 400 | suffix
        {"model":"m","presence_penalty":0.5}                    | 400 | presence_penalty
        {"model":"m","logit_bias":{"5":1}}                      | 400 | logit_bias
        {"model":"m","n":2,"best_of":3}                         | 400 | best_of
        {"model":"m","n":0}                                     | 400 | n
        {"model":"m","n":129}                                   | 400 | n
        {"model":"m","n":100,"prompt":["a","b"]}                | 400 | n
        {"model":"m","max_tokens":-1}                           | 400 | max_tokens
        {"model":"m","max_tokens":1.5}                          | 400 | max_tokens
        {"model":"m","max_tokens":99999999999}                  | 400 | max_tokens
        {"model":"m","max_tokens":131072}                       | 400 | max_tokens
        {"model":"m","temperature":-1}                          | 400 | temperature
        {"model":"m","temperature":"hot"}                       | 400 | temperature
        {"model":"m","top_p":0}                                 | 400 | top_p
        {"model":"m","top_p":1.01}                              | 400 | top_p
        {"model":"m","stop":""}                                 | 400 | stop
        {"model":"m","stop":["a","b","c","d","e"]}              | 400 | stop
        {"model":"m","seed":1e3}                                | 400 | seed
        {"model":"m","seed":9223372036854775808}                | 400 | seed
        {"model":"m","logprobs":21}                             | 400 | logprobs
        {"model":"m","logprobs":true}                           | 400 | logprobs
        {"model":"m","stream":"yes"}                            | 400 | stream
        {"model":"m","stream_options":{}}                       | 400 | stream_options
        {"model":"m","stream":true,"stream_options":{"x":1}}    | 400 | x
        {"model":"m","prompt":[]}                               | 400 | prompt
        {"model":"m","prompt":[[]]}                             | 400 | prompt
        {"model":"m","prompt":[256]}                            | 400 | prompt
        {"model":"m","prompt":[1,-1]}                           | 400 | prompt
        {"model":"m","prompt":["a",3]}                          | 400 | prompt
        {"model":"m","prompt":{"a":3}}                          | 400 | prompt
        """)
    void whatMakesNoSenseIsRefusedByItsField(String body, int status, String param) throws IOException, InterruptedException {
        HttpResponse<String> response = post(body);
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = JSON.readTree(response.body()).at("/error");
        assertEquals("invalid_request_error", error.at("/type").asText());
        assertFalse(error.at("/message").asText().isEmpty());
        assertEquals(Optional.ofNullable(param).orElse("null"), error.at("/param").asText());
    }

    @Test
    void whatTheGateRefusesHasTheSameShape() throws IOException, InterruptedException {
        HttpResponse<String> large = post("{\"model\":\"m\",\"prompt\":\"" + "a".repeat(ApiRoutes.MAX_BODY_BYTES) + "\"}");
        assertEquals(413, large.statusCode());
        assertEquals(405, get("/v1/completions").statusCode());
        assertEquals(404, get("/v1/chat/completions").statusCode());
        for (HttpResponse<String> response : List.of(large, get("/v1/completions"), get("/v1/chat/completions"))) {
            assertEquals("invalid_request_error", JSON.readTree(response.body()).at("/error/type").asText(), response.body());
        }
        HttpRequest form =
            to("/v1/completions").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("{\"model\":\"m\"}")).build();
        assertEquals(415, client.send(form, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void whoDoesNotKnowTheKeyGetsNothing() throws IOException, InterruptedException {
        restart(4, Duration.ofMinutes(1), Optional.of(ApiKey.read(Files.writeString(directory.resolve("key"), "sk-geheim\n"))));
        String body = "{\"model\":\"m\",\"max_tokens\":1}";
        assertEquals(401, post(body).statusCode());
        assertEquals(401, post(body, "Authorization", "Bearer sk-gehei").statusCode());
        assertEquals(401, post(body, "Authorization", "sk-geheim").statusCode());
        assertEquals(401, get("/v1/models").statusCode());
        assertEquals("invalid_api_key", JSON.readTree(get("/v1/models").body()).at("/error/code").asText());
        assertEquals(200, post(body, "Authorization", "Bearer sk-geheim").statusCode());
        assertEquals(200, get("/healthz").statusCode());
        for (String bad : List.of("", "\n", "two words", "kéy", "x".repeat(5000))) {
            Path file = Files.writeString(directory.resolve("bad"), bad);
            assertTrue(assertThrows(UserError.class, () -> ApiKey.read(file)).getMessage().contains("--api-key-file"));
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whoGoesAwayTakesTheWorkAlongAndWhoComesTooManyIsToldToWait(boolean stream) throws IOException, InterruptedException {
        restart(1, Duration.ofMinutes(5), Optional.empty());
        String endless = String.format(ENDLESS, stream);
        try (Socket first = send(endless)) {
            assertTrue(first.getInputStream().read() >= 0); // it has begun: the only place for waiting is free again
            try (Socket second = send(endless)) {
                assertTrue(second.getInputStream().read() >= 0); // is there, and waits
                HttpResponse<String> third = post("{\"model\":\"m\",\"max_tokens\":1}");
                assertEquals(429, third.statusCode(), third.body());
                int seconds = Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow());
                assertTrue(seconds >= 1 && seconds <= 60);
                assertEquals("rate_limit_error", JSON.readTree(third.body()).at("/error/type").asText());
            }
        }
        // either would have taken longer than this test may
        HttpResponse<String> after = post("{\"model\":\"m\",\"max_tokens\":1}");
        while (after.statusCode() == 429) {
            after = post("{\"model\":\"m\",\"max_tokens\":1}");
        }
        assertEquals(200, after.statusCode());
    }

    @Test
    void whatTakesTooLongIsEndedAndSaysSo() throws IOException, InterruptedException {
        restart(4, Duration.ofMillis(300), Optional.empty());
        HttpResponse<String> whole = post(String.format(ENDLESS, false));
        assertEquals(504, whole.statusCode(), whole.body());
        assertEquals("timeout", JSON.readTree(whole.body()).at("/error/code").asText());
        String stream = post(String.format(ENDLESS, true)).body();
        assertTrue(stream.contains("\"code\":\"timeout\"") && !stream.contains("[DONE]"),
            stream.substring(Math.max(0, stream.length() - 300)));
        assertEquals(200, post("{\"model\":\"m\",\"max_tokens\":1}").statusCode());
    }

    private Socket send(String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        socket.getOutputStream()
            .write(("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
