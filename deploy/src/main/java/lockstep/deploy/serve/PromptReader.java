package lockstep.deploy.serve;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.TokenText;

/** The field {@code prompt}: a text, token ids, or an array of either. */
final class PromptReader {
    static final int MAX_PROMPTS = 64;
    private static final String FIELD = "prompt";
    private static final String KINDS = "a string, an array of token ids, or an array of up to " + MAX_PROMPTS + " of either";

    private final Tokenizer tokenizer;

    PromptReader(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    List<CompletionRequest.Prompt> read(JsonNode prompt) {
        if (prompt.isTextual()) {
            return List.of(text(prompt));
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw Fields.wrong(FIELD, prompt, KINDS);
        }
        if (prompt.get(0).isIntegralNumber()) {
            return List.of(ids(prompt));
        }
        if (prompt.size() > MAX_PROMPTS) {
            throw ApiError.invalid(FIELD, FIELD + ": found " + prompt.size() + " prompts, expected at most " + MAX_PROMPTS);
        }
        List<CompletionRequest.Prompt> prompts = new ArrayList<>();
        for (JsonNode one : prompt) {
            if (!one.isTextual() && !one.isArray()) {
                throw Fields.wrong(FIELD, one, KINDS);
            }
            prompts.add(one.isTextual() ? text(one) : ids(one));
        }
        return prompts;
    }

    /** After the token that begins a document, as {@code generate} and the training data have it. */
    private CompletionRequest.Prompt text(JsonNode text) {
        return new CompletionRequest.Prompt(text.asText(), TokenText.document(tokenizer, text.asText()), 1);
    }

    /** As they are. */
    private CompletionRequest.Prompt ids(JsonNode array) {
        if (array.isEmpty()) {
            throw ApiError.invalid(FIELD, FIELD + ": found no token ids, expected at least one");
        }
        int[] tokens = new int[array.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = array.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= tokenizer.vocabularySize()) {
                throw Fields.wrong(FIELD, id, "a token id from 0 to " + (tokenizer.vocabularySize() - 1));
            }
            tokens[i] = id.asInt();
        }
        return new CompletionRequest.Prompt(TokenText.of(tokenizer, tokens), tokens, 0);
    }
}
