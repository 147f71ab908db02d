package lockstep.deploy.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;
import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.Completion;
import lockstep.deploy.complete.Completion.Finish;
import lockstep.deploy.complete.TokenText;
import lockstep.node.generate.Distribution;

/** The objects of an answer, as OpenAI's interface has them, for Jackson. */
final class CompletionBody {
    private final Map<String, Object> head = new LinkedHashMap<>();
    private final CompletionRequest request;
    private final Tokenizer tokenizer;

    /**
     * @param id of this answer
     * @param createdS seconds since 1970
     */
    CompletionBody(String id, long createdS, ServedModel model, CompletionRequest request, Tokenizer tokenizer) {
        this.request = request;
        this.tokenizer = tokenizer;
        head.put("id", id);
        head.put("object", "text_completion");
        head.put("created", createdS);
        head.put("model", model.name());
        head.put("system_fingerprint", model.fingerprint());
        head.put("seed", request.seed()); // which OpenAI's have not: with it any answer can be had again
    }

    Map<String, Object> with(List<Map<String, Object>> choices) {
        Map<String, Object> body = new LinkedHashMap<>(head);
        body.put("choices", choices);
        return body;
    }

    Map<String, Object> withUsage(List<Map<String, Object>> choices, int drawn) {
        int prompts = request.prompts().stream().mapToInt(prompt -> prompt.tokens().length).sum();
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompts);
        usage.put("completion_tokens", drawn);
        usage.put("total_tokens", prompts + drawn);
        Map<String, Object> body = with(choices);
        body.put("usage", usage);
        return body;
    }

    /** A choice that is whole. */
    Map<String, Object> choice(int index, Completion completion) {
        String echo = request.echoes() ? request.promptOf(index).text() : "";
        List<CompletedToken> tokens = new ArrayList<>();
        if (request.echoes() && request.tellsProbabilities()) {
            tokens.addAll(promptTokens(request.promptOf(index), completion.prompt()));
        }
        tokens.addAll(shifted(completion.tokens(), echo));
        return choice(index, echo + completion.text(), tokens, finish(completion.finish()));
    }

    /**
     * What a stream echoes before a choice's own text.
     *
     * @param read the prompt's tokens with their probabilities, where these were asked for
     */
    Map<String, Object> echo(int index, List<CompletedToken> read) {
        CompletionRequest.Prompt prompt = request.promptOf(index);
        return choice(index, prompt.text(), request.tellsProbabilities() ? promptTokens(prompt, read) : List.of(), null);
    }

    /** A part of a stream. */
    Map<String, Object> part(int index, String text, List<CompletedToken> tokens) {
        String echo = request.echoes() ? request.promptOf(index).text() : "";
        return choice(index, text, shifted(tokens, echo), null);
    }

    Map<String, Object> end(int index, Finish finish) {
        return choice(index, "", List.of(), finish(finish));
    }

    private static String finish(Finish finish) {
        return finish == Finish.LENGTH ? "length" : "stop";
    }

    private Map<String, Object> choice(int index, String text, List<CompletedToken> tokens, String finish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("text", text);
        choice.put("index", index);
        choice.put("logprobs", request.tellsProbabilities() ? logprobs(tokens) : null);
        choice.put("finish_reason", finish);
        return choice;
    }

    /** Four lists of the same length. */
    private Map<String, Object> logprobs(List<CompletedToken> tokens) {
        Map<String, Object> logprobs = new LinkedHashMap<>();
        logprobs.put("tokens", tokens.stream().map(token -> TokenText.of(tokenizer, token.id())).toList());
        List<Double> own = new ArrayList<>();
        List<Map<String, Double>> top = new ArrayList<>();
        for (CompletedToken token : tokens) {
            own.add(token.logProbability().isPresent() ? (Double) token.logProbability().getAsDouble() : null);
            top.add(token.logProbability().isPresent() ? top(token) : null);
        }
        logprobs.put("token_logprobs", own);
        logprobs.put("top_logprobs", top);
        logprobs.put("text_offset", tokens.stream().map(CompletedToken::offset).toList());
        return logprobs;
    }

    /** The most likely tokens, and behind them the one that is there where it isn't one of them, as OpenAI's and vLLM have it. */
    private Map<String, Double> top(CompletedToken token) {
        Map<String, Double> top = new LinkedHashMap<>();
        for (Distribution.Likely likely : token.top()) {
            top.put(TokenText.of(tokenizer, likely.token()), likely.logProbability());
        }
        top.putIfAbsent(TokenText.of(tokenizer, token.id()), token.logProbability().orElseThrow());
        return top;
    }

    private static List<CompletedToken> shifted(List<CompletedToken> tokens, String echo) {
        int shift = echo.codePointCount(0, echo.length());
        return tokens.stream().map(token -> new CompletedToken(token.id(), token.offset() + shift, token.logProbability(), token.top()))
            .toList();
    }

    /** The prompt's own tokens with their places in its text. */
    private List<CompletedToken> promptTokens(CompletionRequest.Prompt prompt, List<CompletedToken> read) {
        List<CompletedToken> tokens = new ArrayList<>();
        int[] codePoints = {0};
        Utf8Stream characters = Utf8Stream.verbatim(piece -> codePoints[0] += piece.codePointCount(0, piece.length()));
        for (int i = prompt.own(); i < prompt.tokens().length; i++) {
            CompletedToken known = read.get(i);
            tokens.add(new CompletedToken(known.id(), codePoints[0], known.logProbability(), known.top()));
            TokenText.decode(tokenizer, known.id(), characters);
        }
        return tokens;
    }
}
