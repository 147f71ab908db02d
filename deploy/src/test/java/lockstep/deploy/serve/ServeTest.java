package lockstep.deploy.serve;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.UserError;
import lockstep.deploy.complete.Seeds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A served model, as clients of OpenAI's interface talk to it. */
class ServeTest extends ServedModelTest {
    @TempDir
    private Path directory;

    @Test
    void theModelIsListed() throws IOException, InterruptedException {
        JsonNode list = JSON.readTree(get("/v1/models").body());
        assertEquals("list", list.at("/object").asText());
        assertEquals("m", list.at("/data/0/id").asText());
        assertEquals(JSON.readTree(get("/v1/models/m").body()), list.at("/data/0"));
        assertEquals(17, list.at("/data/0/created").asInt());
        HttpResponse<String> other = get("/v1/models/org/other%20one");
        assertEquals(404, other.statusCode());
        assertEquals("model_not_found", JSON.readTree(other.body()).at("/error/code").asText());
        assertTrue(other.body().contains("The model `org/other one` does not exist; this server has `m`."), other.body());
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
        assertEquals(6 + 7, body.at("/usage/prompt_tokens").asInt());
        assertEquals(body.at("/usage/total_tokens").asInt(), 13 + body.at("/usage/completion_tokens").asInt());
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
        assertEquals("\u0000ab" + expected("<|endoftext|>ab", 8, 5), ids.at("/choices/0/text").asText());
        assertEquals("ab" + expected("ab", 8, 5), ids.at("/choices/1/text").asText());
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
        assertTrue(choice.at("/logprobs/token_logprobs/0").isNull(), "nothing stands before it");
        assertTrue(choice.at("/logprobs/top_logprobs/0").isNull());
        for (int i = 1; i < 4; i++) {
            assertTrue(choice.at("/logprobs/token_logprobs/" + i).asDouble() < 0);
        }
        JsonNode ids =
            answer("{\"model\":\"m\",\"prompt\":[97,98],\"max_tokens\":3,\"echo\":true,\"logprobs\":0,\"seed\":1}").at("/choices/0");
        assertTrue(ids.at("/logprobs/token_logprobs/0").isNull());
        assertEquals(5, ids.at("/logprobs/token_logprobs").size());
        assertEquals("{\"b\":" + ids.at("/logprobs/token_logprobs/1") + "}", ids.at("/logprobs/top_logprobs/1").toString());
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
        assertEquals(3, body.at("/usage/prompt_tokens").asInt());
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
        {"model":"m","n":1025}                                  | 400 | n
        {"model":"m","n":1000,"prompt":["a","b"]}               | 400 | n
        {"model":"m","max_tokens":-1}                           | 400 | max_tokens
        {"model":"m","max_tokens":1.5}                          | 400 | max_tokens
        {"model":"m","max_tokens":99999999999}                  | 400 | max_tokens
        {"model":"m","max_tokens":131072}                       | 400 | max_tokens
        {"model":"m","temperature":-1}                          | 400 | temperature
        {"model":"m","temperature":"hot"}                       | 400 | temperature
        {"model":"m","top_p":0}                                 | 400 | top_p
        {"model":"m","top_p":1.01}                              | 400 | top_p
        {"model":"m","stop":""}                                 | 400 | stop
        {"model":"m","stop":[null]}                             | 400 | stop
        {"model":"m","stop":["b","a\\ude00"]}                   | 400 | stop
        {"model":"m","n":1000,"max_tokens":1000,"logprobs":5}   | 400 | logprobs
        {"model":"m","repetition_penalty":1.1}                  | 400 | repetition_penalty
        {"model":"m","min_p":0.1}                               | 400 | min_p
        {"model":"m","top_k":-2}                                | 400 | top_k
        {"model":"m","stream":true,"stream_options":{"include_obfuscation":true}} | 400 | include_obfuscation
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
    void whoDoesNotKnowTheKeyGetsNothing() throws IOException, InterruptedException {
        restart(4, Duration.ofMinutes(1), Optional.of(ApiKey.read(Files.writeString(directory.resolve("key"), "sk-geheim\n"))));
        String body = "{\"model\":\"m\",\"max_tokens\":1}";
        assertEquals(401, post(body).statusCode());
        assertEquals(401, post(body, "Authorization", "Bearer sk-gehei").statusCode());
        assertEquals(401, post(body, "Authorization", "sk-geheim").statusCode());
        assertEquals(401, get("/v1/models").statusCode());
        assertEquals("invalid_api_key", JSON.readTree(get("/v1/models").body()).at("/error/code").asText());
        assertEquals(200, post(body, "Authorization", "Bearer sk-geheim").statusCode());
        assertEquals(200, post(body, "Authorization", "bearer sk-geheim").statusCode());
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
}
