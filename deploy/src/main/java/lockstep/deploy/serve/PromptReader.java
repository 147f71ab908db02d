package lockstep.deploy.serve;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.TokenText;

/** The field {@code prompt}: a text, token ids, or an array of either. */
final class PromptReader {
    /** Those who measure models send as many at a time as a server of their own with a GPU takes. */
    static final int MAX_PROMPTS = 1024;
    private static final String FIELD = "prompt";
    private static final String KINDS = "a string, an array of token ids, or an array of up to " + MAX_PROMPTS + " of either";

    /** No token of GPT-2's is longer: a text beyond that for each token of the context needs no encoding to be refused, which would take some hundred bytes for each of its own. */
    private static final int LONGEST_TOKEN_CHARS = 128;

    private final Tokenizer tokenizer;
    private final int context;
    private final int vocabulary;

    PromptReader(Completer completer) {
        this.tokenizer = completer.tokenizer();
        this.context = completer.context();
        this.vocabulary = completer.vocabulary();
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

    /** Reads it as {@code generate} does. */
    private CompletionRequest.Prompt text(JsonNode text) {
        int chars = text.asText().length();
        if (chars > (long) LONGEST_TOKEN_CHARS * context) {
            throw ApiError
                .tooLong("This model's maximum context length is " + context + " tokens; found a prompt of " + chars + " characters.");
        }
        Fields.requireCharacters(FIELD, text);
        int[] tokens = encode(text.asText());
        return text.asText().isEmpty() ? new CompletionRequest.Prompt("", tokens, tokens.length) : asItIs(tokens);
    }

    private int[] encode(String text) {
        try {
            return TokenText.prompt(tokenizer, text);
        } catch (UserError e) { // it names a token that the model lacks
            throw ApiError.invalid(FIELD, e.getMessage());
        }
    }

    /** As they are. */
    private CompletionRequest.Prompt ids(JsonNode array) {
        if (array.isEmpty()) {
            throw ApiError.invalid(FIELD, FIELD + ": found no token ids, expected at least one");
        }
        int[] tokens = new int[array.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = array.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= vocabulary) {
                throw Fields.wrong(FIELD, id, "a token id from 0 to " + (vocabulary - 1));
            }
            tokens[i] = id.asInt();
        }
        return asItIs(tokens);
    }

    private CompletionRequest.Prompt asItIs(int[] tokens) {
        return new CompletionRequest.Prompt(TokenText.of(tokenizer, tokens), tokens, 0);
    }
}
