package lockstep.deploy.serve;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.deploy.complete.TinyModel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Broken in every way, a request is understood or refused with 4xx. */
@Timeout(60)
class RequestFuzzTest {
    private static final String WHOLE =
        "{\"model\":\"m\",\"prompt\":[\"aß\",[1,2]],\"max_tokens\":5,\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3,"
            + "\"n\":2,\"stop\":[\"x\",\"y\"],\"seed\":-7,\"logprobs\":3,\"echo\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true},"
            + "\"user\":\"u\",\"best_of\":2,\"suffix\":null,\"presence_penalty\":0,\"frequency_penalty\":0,\"logit_bias\":{}}";
    private static final int FLIPS = 20_000;

    private final TinyModel model = new TinyModel();
    private final CompletionRequestReader reader = new CompletionRequestReader("m", model.completer(), () -> 1);

    @AfterEach
    void stop() {
        model.close();
    }

    private void readOrRefused(byte[] body) {
        try {
            CompletionRequest request = reader.read(body);
            assertTrue(request.choices() >= 1 && request.choices() <= CompletionRequestReader.MAX_CHOICES);
            request.prompts().forEach(prompt -> assertTrue(prompt.tokens().length + request.settings().maxTokens() <= 64));
        } catch (ApiError e) {
            assertEquals(4, e.status() / 100);
            assertFalse(e.getMessage().isBlank());
        }
    }

    @Test
    void theWholeOneIsUnderstood() {
        CompletionRequest request = reader.read(WHOLE.getBytes(StandardCharsets.UTF_8));
        assertEquals(4, request.choices());
        assertEquals(-7, request.seed());
        assertEquals(List.of("x", "y"), request.settings().stops());
    }

    @Test
    void truncatedAtAnyByte() {
        byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertEquals(400, assertThrows(ApiError.class, () -> reader.read(part)).status());
        }
    }

    @Test
    void withFlippedBitsAndWrongBytes() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < FLIPS; i++) {
            byte[] bytes = whole.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean() ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
            }
            readOrRefused(bytes);
        }
    }

    @Test
    void withAbsurdLengths() {
        String[] parts = {"[", "{\"model\":", "\"", "9", "{\"model\":\"m\",\"prompt\":[", "\\", " ", "1,"};
        for (String part : parts) {
            readOrRefused(part.repeat(ApiRoutes.MAX_BODY_BYTES / part.length()).getBytes(StandardCharsets.UTF_8));
        }
        for (String field : List.of("prompt", "stop", "user", "model", "seed", "n", "max_tokens", "temperature")) {
            String head = "{\"model\":\"m\",\"max_tokens\":1," + (field.equals("model") ? "\"x\":" : "\"" + field + "\":");
            readOrRefused((head + "\"" + "a".repeat(1 << 19) + "\"}").getBytes(StandardCharsets.UTF_8));
            readOrRefused((head + "9".repeat(1 << 19) + "}").getBytes(StandardCharsets.UTF_8));
            readOrRefused((head + "1e999999999}").getBytes(StandardCharsets.UTF_8));
            readOrRefused((head + "[" + "1,".repeat(1 << 18) + "1]}").getBytes(StandardCharsets.UTF_8));
        }
    }
}
