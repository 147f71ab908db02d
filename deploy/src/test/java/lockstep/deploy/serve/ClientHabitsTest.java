package lockstep.deploy.serve;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.common.model.Tensor;
import lockstep.common.text.AddedToken;
import lockstep.common.text.ExtendedTokenizer;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.Completer;
import lockstep.node.generate.Generator;
import lockstep.node.generate.TextGenerator;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Clients of many kinds send more than the interface asks for, and read answers in ways of their own. */
class ClientHabitsTest extends ServedModelTest {
    @Test
    void theTokenThatIsThereIsAmongTheLikelyOnes() throws IOException, InterruptedException {
        JsonNode logprobs = answer("{\"model\":\"m\",\"prompt\":\"abc\",\"max_tokens\":30,\"echo\":true,\"logprobs\":2,\"seed\":4}")
            .at("/choices/0/logprobs");
        int beyond = 0;
        for (int i = 1; i < logprobs.at("/tokens").size(); i++) {
            JsonNode top = logprobs.at("/top_logprobs/" + i);
            assertEquals(logprobs.at("/token_logprobs/" + i), top.get(logprobs.at("/tokens/" + i).asText()), top.toString());
            assertTrue(top.size() == 2 || top.size() == 3, top.toString());
            beyond += top.size() - 2;
        }
        assertTrue(beyond > 0, "no token was an unlikely one");
    }

    /** Lm_eval adds these up: its requests are token ids, or texts that begin with the name of the token. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        The cat               ; 84,104,101,32,99,97,116
        <|endoftext|>The      ; 0,84,104,101
        a<|endoftext|>b       ; 97,0,98
        <|endoftext|>         ; 0
        <|endoftext           ; 60,124,101,110,100,111,102,116,101,120,116
        """)
    void aTextAndItsTokenIdsAreTheSamePrompt(String text, String ids) throws IOException, InterruptedException {
        String fields = ",\"max_tokens\":1,\"temperature\":0,\"logprobs\":1,\"echo\":true,\"seed\":1234}";
        JsonNode ofText = answer("{\"model\":\"m\",\"prompt\":\"" + text + "\"" + fields);
        JsonNode ofIds = answer("{\"model\":\"m\",\"prompt\":[" + ids + "]" + fields);
        assertEquals(ofIds.at("/choices"), ofText.at("/choices"));
        assertEquals(ofIds.at("/usage"), ofText.at("/usage"));
    }

    /**
     * Lm_eval asks for one token more than the text has, and leaves it out of its sum: the last of the list, whatever it is. OpenAI's and vLLM's list the token that
     * ends a document, too.
     */
    @ParameterizedTest
    @CsvSource({"0,3", "1,4", "5,4"})
    void theTokenThatEndsADocumentIsAmongTheTokens(int maxTokens, int tokens) throws IOException, InterruptedException {
        serveOneThatEnds();
        String request =
            "{\"model\":\"m\",\"prompt\":[97,98,99],\"temperature\":0,\"logprobs\":1,\"echo\":true,\"max_tokens\":" + maxTokens;
        JsonNode answer = answer(request + "}");
        JsonNode choice = answer.at("/choices/0");
        assertEquals("abc", choice.at("/text").asText());
        assertEquals(maxTokens == 0 ? "length" : "stop", choice.at("/finish_reason").asText());
        assertEquals(tokens - 3, answer.at("/usage/completion_tokens").asInt());
        for (String list : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
            assertEquals(tokens, choice.at("/logprobs/" + list).size(), list);
        }
        JsonNode ofPrompt = answer("{\"model\":\"m\",\"prompt\":\"abc\",\"max_tokens\":0,\"logprobs\":1,\"echo\":true}")
            .at("/choices/0/logprobs/token_logprobs");
        for (int i = 0; i < 3; i++) {
            assertEquals(ofPrompt.get(i), choice.at("/logprobs/token_logprobs/" + i));
        }
        if (tokens > 3) {
            assertEquals("\u0000", choice.at("/logprobs/tokens/3").asText());
            assertEquals(3, choice.at("/logprobs/text_offset/3").asInt());
            assertTrue(choice.at("/logprobs/token_logprobs/3").asDouble() > -0.1);
        }
        List<String> streamed = new ArrayList<>();
        post(request + ",\"stream\":true}").body().lines().filter(line -> line.startsWith("data: {")).forEach(line -> {
            JsonNode part = assertDoesNotThrow(() -> JSON.readTree(line.substring(6)));
            part.at("/choices/0/logprobs/token_logprobs").forEach(one -> streamed.add(one.toString()));
        });
        assertEquals(choice.at("/logprobs/token_logprobs").toString(), "[" + String.join(",", streamed) + "]");
    }

    /** Serves a model whose every text ends at once. */
    private void serveOneThatEnds() {
        float[] ending = params.clone();
        ParameterLayout layout = new ParameterLayout(SHAPE);
        Arrays.fill(ending, layout.offset(Tensor.LNFB), layout.offset(Tensor.LNFB) + SHAPE.C(), 1);
        Arrays.fill(ending, layout.offset(Tensor.WTE), layout.offset(Tensor.WTE) + SHAPE.C(), 1);
        closeServer();
        engine = new Engine(new Completer(new TextGenerator(new Generator(SHAPE, ending, workers)), BYTES), 4, Duration.ofMinutes(1),
            defects::add);
        open(Optional.empty());
    }

    /** A vocabulary may be larger than its tokenizer's, and a client knows the ids by a tokenizer of its own. */
    @Test
    void everyTokenThatTheModelHasMayStandInAPrompt() throws IOException, InterruptedException {
        ModelShape larger = ModelShape.of(64, 300, 1, 1, 16);
        closeServer();
        Tokenizer tokenizer = new ExtendedTokenizer(BYTES,
            List.of(new AddedToken(257, "<|im_end|>", Set.of()), new AddedToken(300, "<|far|>", Set.of())), 300);
        engine =
            new Engine(new Completer(new TextGenerator(new Generator(larger, Initializer.parameters(larger, 1), workers)), tokenizer), 4,
                Duration.ofMinutes(1), defects::add);
        open(Optional.empty());
        String fields = ",\"max_tokens\":0,\"echo\":true,\"logprobs\":1}";
        JsonNode choice = answer("{\"model\":\"m\",\"prompt\":[97,257,299]" + fields).at("/choices/0");
        assertEquals("a<|im_end|>", choice.at("/text").asText());
        assertEquals("[\"a\",\"<|im_end|>\",\"\"]", choice.at("/logprobs/tokens").toString());
        assertEquals("[0,1,11]", choice.at("/logprobs/text_offset").toString());
        assertEquals(answer("{\"model\":\"m\",\"prompt\":[97,257]" + fields).at("/choices"),
            answer("{\"model\":\"m\",\"prompt\":\"a<|im_end|>\"" + fields).at("/choices"));
        assertTrue(post("{\"model\":\"m\",\"prompt\":[300]}").body().contains("a token id from 0 to 299"));
        HttpResponse<String> far = post("{\"model\":\"m\",\"prompt\":\"a<|far|>\"}");
        assertEquals(400, far.statusCode());
        assertTrue(far.body().contains("prompt: found the name of token 300, <|far|>"), far.body());
    }

    /** It shows only as the model computes. */
    @Test
    void aModelThatComputesNoNumbersFailsInWords() throws IOException, InterruptedException {
        float[] broken = params.clone();
        Arrays.fill(broken, Float.MAX_VALUE);
        closeServer();
        engine = new Engine(new Completer(new TextGenerator(new Generator(SHAPE, broken, workers)), BYTES), 4, Duration.ofMinutes(1),
            defects::add);
        open(Optional.empty());
        HttpResponse<String> response = post("{\"model\":\"m\",\"prompt\":\"ab\",\"max_tokens\":2,\"echo\":true,\"logprobs\":2}");
        assertEquals(500, response.statusCode(), response.body());
        assertEquals("server_error", JSON.readTree(response.body()).at("/error/type").asText());
        assertTrue(defects.getFirst().contains("the model computes no numbers"), defects.getFirst());
        defects.clear();
    }

    /** Clients of many kinds send these without being asked. */
    @ParameterizedTest
    @ValueSource(strings = {"\"best_of\":1", "\"n\":1", "\"user\":\"\"", "\"suffix\":\"\"", "\"suffix\":null", "\"stream\":false",
        "\"stream_options\":null", "\"seed\":null", "\"stop\":null", "\"stop\":[]", "\"logit_bias\":{}", "\"logit_bias\":null",
        "\"presence_penalty\":0.0,\"frequency_penalty\":0", "\"logprobs\":null", "\"logprobs\":false", "\"echo\":false", "\"echo\":null",
        "\"top_p\":1.0", "\"top_k\":-1", "\"repetition_penalty\":1.0,\"min_p\":0.0,\"min_tokens\":0,\"ignore_eos\":false",
        "\"messages\":null,\"tools\":null", "\"stream\":false,\"top_p\":null,\"n\":null"})
    void whatChangesNothingIsTaken(String fields) throws IOException, InterruptedException {
        String request = "{\"model\":\"m\",\"prompt\":\"ab\",\"max_tokens\":5,\"temperature\":0";
        assertEquals(answer(request + "}").at("/choices"), answer(request + "," + fields + "}").at("/choices"));
    }

    @Test
    void manyStopsAreTaken() throws IOException, InterruptedException {
        String text = answer("{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":60,\"seed\":2,\"top_k\":50}").at("/choices/0/text").asText();
        String stop = text.substring(10, 11);
        List<String> stops = new ArrayList<>();
        for (int i = 1; i < CompletionRequestReader.MAX_STOPS; i++) {
            stops.add("unheard of " + i);
        }
        stops.add(stop);
        String request = "{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":60,\"seed\":2,\"top_k\":50,\"stop\":";
        assertEquals(text.substring(0, text.indexOf(stop)),
            answer(request + JSON.writeValueAsString(stops) + "}").at("/choices/0/text").asText());
        stops.add("one more");
        assertEquals("stop", JSON.readTree(post(request + JSON.writeValueAsString(stops) + "}").body()).at("/error/param").asText());
    }

    /** Lm_eval sends as many prompts at a time as its batch_size says. */
    @Test
    void manyPromptsMayComeAtOnce() throws IOException, InterruptedException {
        List<String> prompts = Collections.nCopies(300, "ab");
        JsonNode choices =
            answer("{\"model\":\"m\",\"max_tokens\":1,\"temperature\":0,\"prompt\":" + JSON.writeValueAsString(prompts) + "}")
                .at("/choices");
        assertEquals(300, choices.size());
        assertEquals(choices.at("/0/text"), choices.at("/299/text"));
        HttpResponse<String> more = post("{\"model\":\"m\",\"prompt\":" + JSON.writeValueAsString(Collections.nCopies(1025, "ab")) + "}");
        assertEquals("prompt", JSON.readTree(more.body()).at("/error/param").asText(), more.body());
    }

    /** Many a client leaves max_tokens out: by itself it is 16, or what there is room for. */
    @Test
    void whoAsksForNoLengthGetsWhatThereIsRoomFor() throws IOException, InterruptedException {
        CompletionRequestReader reader = new CompletionRequestReader("m", engine.completer(), () -> 1);
        int context = SHAPE.maxT();
        for (int[] room : new int[][] {{20, 16}, {16, 16}, {15, 15}, {1, 1}}) {
            String prompt = "a".repeat(context - room[0]);
            CompletionRequest request =
                reader.read(("{\"model\":\"m\",\"prompt\":[\"b\",\"" + prompt + "\"]}").getBytes(StandardCharsets.UTF_8));
            assertEquals(room[1], request.settings().maxTokens());
        }
        HttpResponse<String> full = post("{\"model\":\"m\",\"prompt\":\"" + "a".repeat(context) + "\"}");
        assertEquals("context_length_exceeded", JSON.readTree(full.body()).at("/error/code").asText(), full.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
        {"model":"m","temperature":NaN};                  body: expected JSON: Non-standard token 'NaN' (line 1, column 31)
        {'model':"m"};                                    (line 1, column 2)
        """)
    void whatIsNoJsonIsToldByItsPlace(String body, String message) throws IOException, InterruptedException {
        String told = JSON.readTree(post(body).body()).at("/error/message").asText();
        assertTrue(told.contains(message) && !told.contains("Feature"), told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/completions/", "/completions", "/completions/", "/v1//completions", "/v1/completions//"})
    void aPathMayBeSpeltInOtherWays(String path) throws IOException, InterruptedException {
        HttpRequest request = to(path).header("Content-Type", "application/json; charset=utf-8").header("Authorization", "Bearer none")
            .POST(BodyPublishers.ofString("{\"model\":\"m\",\"max_tokens\":1}")).build();
        assertEquals(200, client.send(request, BodyHandlers.ofString()).statusCode());
        String models = path.replace("completions", "models");
        assertEquals(get("/v1/models").body(), get(models).body());
        HttpResponse<String> head = client.send(to(models).HEAD().build(), BodyHandlers.ofString());
        assertEquals(200, head.statusCode());
        assertEquals(String.valueOf(get(models).body().length()), head.headers().firstValue("Content-Length").orElseThrow());
    }

    /** Spring's RestClient sends it so: in chunks, since it has no length yet, and with the wish to go on by HTTP/2. */
    @Test
    void aBodyMayComeInChunks() throws IOException, InterruptedException {
        byte[] body = "{\"model\":\"m\",\"prompt\":\"Grüße\",\"max_tokens\":3,\"seed\":5}".getBytes(StandardCharsets.UTF_8);
        HttpRequest request = to("/v1/completions").header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build();
        try (HttpClient upgrading = HttpClient.newHttpClient()) {
            HttpResponse<String> response = upgrading.send(request, BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            assertEquals(expected("Grüße", 3, 5), JSON.readTree(response.body()).at("/choices/0/text").asText());
        }
    }

    /** Blanks have gone with a status of 200 by then, so that a whole answer would be taken for one. */
    @Test
    void anAnswerThatFailsLateIsCutOffAndSaysWhy() throws IOException {
        restart(4, Duration.ofMillis(1500), Optional.empty());
        String body = String.format(ENDLESS, false);
        assertThrows(IOException.class, () -> post(body));
        try (Socket socket = send(body)) {
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(reply.startsWith("HTTP/1.1 200 OK"), reply);
            assertTrue(reply.contains("\"code\":\"timeout\""), reply);
            assertFalse(reply.contains("\r\n0\r\n"), reply);
        }
    }

    /** The end of the connection is the end of such an answer, so that one which has begun would be a whole one: nginx speaks so to what is behind it. */
    @Test
    void anAnswerThatFailsLateOverHttp10IsNoSuccess() throws IOException {
        restart(4, Duration.ofMillis(1500), Optional.empty());
        try (Socket socket = send(String.format(ENDLESS, false), "HTTP/1.0")) {
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(reply.startsWith("HTTP/1.1 504 "), reply);
            assertTrue(reply.contains("\"code\":\"timeout\""), reply);
        }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"/v1/models/org/model:tag", "/v1/models/org%2Fmodel%3Atag", "/v1/models/org/model:tag/", "/models/org/model:tag",
            "/v1//models/org%2Fmodel:tag"})
    void aNameMayBeThatOfAPublishedModel(String path) throws IOException, InterruptedException {
        name = "org/model:tag";
        restart(4, Duration.ofMinutes(1), Optional.empty());
        assertEquals("org/model:tag", JSON.readTree(get(path).body()).at("/id").asText(), path);
        assertEquals("org/model:tag", answer("{\"model\":\"org/model:tag\",\"max_tokens\":1}").at("/model").asText());
        assertEquals(404, get("/v1/models/org/model").statusCode());
    }

    /** The seed that was drawn gives the same texts again, as choices of one prompt. */
    @Test
    void equalPromptsWithoutASeedGetTextsOfTheirOwn() throws IOException, InterruptedException {
        JsonNode drawn = answer("{\"model\":\"m\",\"prompt\":[\"a\",[97],\"a\"],\"max_tokens\":30,\"n\":2}");
        List<String> texts = new ArrayList<>();
        drawn.at("/choices").forEach(choice -> texts.add(choice.at("/text").asText()));
        assertEquals(6, texts.stream().distinct().count(), texts.toString());
        String seed = ",\"max_tokens\":30,\"seed\":" + drawn.at("/seed") + "}";
        JsonNode again = answer("{\"model\":\"m\",\"prompt\":\"a\",\"n\":6" + seed);
        for (int i = 0; i < 6; i++) {
            assertEquals(texts.get(i), again.at("/choices/" + i + "/text").asText());
        }
        JsonNode asked = answer("{\"model\":\"m\",\"prompt\":[\"a\",\"a\"]" + seed);
        assertEquals(asked.at("/choices/0/text"), asked.at("/choices/1/text"), "what a seed gives");
    }

    @Test
    void whoGoesAwayWhileWaitingLeavesItsPlace() throws InterruptedException {
        restart(1, Duration.ofMinutes(5), Optional.empty());
        CompletionRequest request = new CompletionRequestReader("m", engine.completer(), () -> 1)
            .read(String.format(ENDLESS, false).getBytes(StandardCharsets.UTF_8));
        Job first = engine.accept(request);
        assertTrue(first.next(Duration.ofSeconds(30)).isPresent()); // it has begun: the only place for waiting is free
        Job second = engine.accept(request);
        assertThrows(ApiError.class, () -> engine.accept(request));
        engine.giveUp(second);
        Job third = engine.accept(request);
        assertEquals(Optional.empty(), third.next(Duration.ZERO), "the first one goes on");
        engine.giveUp(first);
        engine.giveUp(third);
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
        assertTrue(get("/v1/chat/completions").body()
            .contains("nothing is at /v1/chat/completions; there is POST /v1/completions, GET /v1/models, "
                + "GET /v1/models/{model}, GET /healthz"),
            get("/v1/chat/completions").body());
        HttpRequest form =
            to("/v1/completions").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("{\"model\":\"m\"}")).build();
        assertEquals(415, client.send(form, BodyHandlers.ofString()).statusCode());
    }
}
