package lockstep.deploy.complete;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.common.text.Tokenizer;
import lockstep.node.generate.Distribution;

/** A completion as one line of JSON: what was asked, what came, and how likely each token was. */
public final class CompletionJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CompletionJson() {}

    /** @param index of the prompt, from 0 on */
    public static String line(Tokenizer tokenizer, int index, String prompt, long seed, Completion completion) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("index", index);
        fields.put("prompt", prompt);
        fields.put("text", completion.text());
        fields.put("finish", completion.finish().name().toLowerCase(Locale.ROOT));
        fields.put("seed", seed);
        fields.put("tokens", completion.tokens().stream().map(token -> token(tokenizer, token)).toList());
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> token(Tokenizer tokenizer, CompletedToken token) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", token.id());
        fields.put("text", TokenText.of(tokenizer, token.id()));
        fields.put("offset", token.offset());
        token.logProbability().ifPresent(logProbability -> fields.put("logprob", logProbability));
        if (!token.top().isEmpty()) {
            fields.put("top", token.top().stream().map(CompletionJson::likely).toList());
        }
        return fields;
    }

    private static Map<String, Object> likely(Distribution.Likely likely) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", likely.token());
        fields.put("logprob", likely.logProbability());
        return fields;
    }
}
