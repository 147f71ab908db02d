package lockstep.deploy.serve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.deploy.complete.Completer;
import lockstep.deploy.complete.CompletionSettings;
import lockstep.deploy.complete.CompletionSettings.Of;
import lockstep.deploy.complete.CompletionSettings.Probabilities;
import lockstep.deploy.serve.CompletionRequest.Delivery;
import lockstep.deploy.serve.CompletionRequest.Echo;
import lockstep.node.generate.SamplerSettings;

/** The body of POST /v1/completions. What it doesn't know, it refuses: nothing that could change an answer is ignored. */
final class CompletionRequestReader {
    static final int MAX_CHOICES = 1024;
    private static final int USUAL_TOKENS = 16;
    static final int MAX_STOPS = 64;
    private static final int MAX_STOP_CHARS = 1000;
    private static final int MAX_LOGPROBS = 20;
    /** Probabilities of one answer, which is in memory as a whole: some hundred bytes each. */
    private static final long MAX_PROBABILITIES = 1L << 22;
    private static final double MAX_TEMPERATURE = 2;

    private static final Set<String> KNOWN = Set.of("model", "prompt", "max_tokens", "temperature", "top_p", "top_k", "n", "stream",
        "stream_options", "logprobs", "echo", "stop", "seed", "user", "best_of", "suffix", "presence_penalty", "frequency_penalty",
        "logit_bias", "repetition_penalty", "min_p", "min_tokens", "ignore_eos");
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String model;
    private final int context;
    private final PromptReader prompts;
    private final LongSupplier seeds;

    /**
     * @param model name of the only one that there is
     * @param completer says what a prompt may be
     * @param seeds where a request names none
     */
    CompletionRequestReader(String model, Completer completer, LongSupplier seeds) {
        this.model = model;
        this.context = completer.context();
        this.prompts = new PromptReader(completer);
        this.seeds = seeds;
    }

    /** @throws ApiError naming the field that is wrong */
    CompletionRequest read(byte[] body) {
        JsonNode root = parse(body);
        if (!root.isObject()) {
            throw ApiError.invalid(null, "body: expected a JSON object");
        }
        Fields fields = new Fields(root, KNOWN);
        requireModel(fields);
        List<CompletionRequest.Prompt> asked =
            fields.has("prompt") ? prompts.read(fields.get("prompt")) : prompts.read(JSON.getNodeFactory().textNode(""));
        int n = fields.integer("n", 1, 1, MAX_CHOICES);
        if ((long) n * asked.size() > MAX_CHOICES) {
            throw ApiError.invalid("n",
                "n: found " + n + " for each of " + asked.size() + " prompts, expected at most " + MAX_CHOICES + " choices in all");
        }
        requireNothingUnsupported(fields, n);
        Echo echo = fields.flag("echo") ? Echo.PROMPT : Echo.NONE;
        int longest = asked.stream().mapToInt(prompt -> prompt.tokens().length).max().orElseThrow();
        // who says nothing takes what there is room for
        CompletionSettings settings = settings(fields, echo, Math.clamp(context - longest, 1, USUAL_TOKENS));
        asked.forEach(prompt -> requireRoom(prompt, settings.maxTokens()));
        requireFewProbabilities(asked, n, settings);
        OptionalLong seed = fields.large("seed");
        return new CompletionRequest(seed.isPresent() ? asked : apart(asked), settings, n, seed.orElseGet(seeds), echo, delivery(fields));
    }

    /** Has equal prompts count as choices of one, so that each gets a text of its own where no seed is asked for. */
    private static List<CompletionRequest.Prompt> apart(List<CompletionRequest.Prompt> prompts) {
        Map<List<Integer>, Integer> counts = new HashMap<>();
        return prompts.stream()
            .map(prompt -> prompt.behind(counts.merge(Arrays.stream(prompt.tokens()).boxed().toList(), 1, Integer::sum) - 1)).toList();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            // Jackson's advice is for programmers
            String reason = e.getOriginalMessage().lines().findFirst().orElse("none found").replaceAll(": enable `.*|, from `[^`]*`", "");
            String place = Optional.ofNullable(e.getLocation())
                .map(at -> " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")").orElse("");
            throw ApiError.invalid(null, "body: expected JSON: " + reason + place);
        } catch (IOException e) {
            throw new IllegalStateException(e); // of an array in memory
        }
    }

    private void requireModel(Fields fields) {
        if (!fields.has("model")) {
            throw ApiError.invalid("model", "you must provide a model parameter; this server has `" + model + "`");
        }
        if (!fields.text("model").equals(model)) {
            throw ApiError.unknownModel(fields.text("model"), model);
        }
    }

    private static void requireNothingUnsupported(Fields fields, int n) {
        fields.unsupported("best_of", fields.get("best_of").isIntegralNumber() && fields.get("best_of").asLong() == n);
        fields.unsupported("suffix", fields.get("suffix").isTextual() && fields.get("suffix").asText().isEmpty());
        fields.unsupported("presence_penalty", isNumber(fields.get("presence_penalty"), 0));
        fields.unsupported("frequency_penalty", isNumber(fields.get("frequency_penalty"), 0));
        fields.unsupported("logit_bias", fields.get("logit_bias").isObject() && fields.get("logit_bias").isEmpty());
        // vLLM's, which clients send with the values that change nothing
        fields.unsupported("repetition_penalty", isNumber(fields.get("repetition_penalty"), 1));
        fields.unsupported("min_p", isNumber(fields.get("min_p"), 0));
        fields.unsupported("min_tokens", isNumber(fields.get("min_tokens"), 0));
        fields.unsupported("ignore_eos", isFalse(fields.get("ignore_eos")));
        if (fields.has("user")) {
            fields.text("user"); // whose request it is changes no answer
        }
    }

    private static boolean isNumber(JsonNode value, double expected) {
        return value.isNumber() && value.asDouble() == expected;
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.asBoolean();
    }

    private CompletionSettings settings(Fields fields, Echo echo, int usualTokens) {
        int maxTokens = fields.integer("max_tokens", usualTokens, 0, context);
        float topP = (float) fields.number("top_p", 1, 0, 1);
        if (topP == 0) {
            throw Fields.wrong("top_p", fields.get("top_p"), "a number above 0 and up to 1; temperature 0 takes the most likely token");
        }
        // -1 is vLLM's word for all
        SamplerSettings sampler = new SamplerSettings((float) fields.number("temperature", 1, 0, MAX_TEMPERATURE),
            Math.max(0, fields.integer("top_k", 0, -1, Integer.MAX_VALUE)), topP);
        Probabilities probabilities = fields.has("logprobs") && !isFalse(fields.get("logprobs"))
            ? new Probabilities(echo == Echo.PROMPT ? Of.ALL : Of.DRAWN, fields.integer("logprobs", 0, 0, MAX_LOGPROBS))
            : Probabilities.NONE;
        return new CompletionSettings(maxTokens, sampler, stops(fields), CompletionSettings.End.STOPS, probabilities);
    }

    private static List<String> stops(Fields fields) {
        JsonNode stop = fields.get("stop");
        String expected = "a string or an array of up to " + MAX_STOPS + ", each of 1 to " + MAX_STOP_CHARS + " characters";
        List<String> stops = new ArrayList<>();
        if (!fields.has("stop")) {
            return stops;
        }
        if (!stop.isTextual() && !stop.isArray() || stop.size() > MAX_STOPS) {
            throw Fields.wrong("stop", stop, expected);
        }
        for (JsonNode one : stop.isArray() ? stop : List.of(stop)) {
            if (!one.isTextual() || one.asText().isEmpty() || one.asText().length() > MAX_STOP_CHARS) {
                throw Fields.wrong("stop", one, expected);
            }
            Fields.requireCharacters("stop", one);
            stops.add(one.asText());
        }
        return stops;
    }

    private static Delivery delivery(Fields fields) {
        if (!fields.flag("stream")) {
            fields.unsupported("stream_options", false);
            return Delivery.WHOLE;
        }
        if (!fields.has("stream_options")) {
            return Delivery.STREAM;
        }
        JsonNode options = fields.get("stream_options");
        if (!options.isObject()) {
            throw Fields.wrong("stream_options", options, "an object with include_usage");
        }
        Fields known = new Fields(options, Set.of("include_usage", "include_obfuscation"));
        known.unsupported("include_obfuscation", isFalse(known.get("include_obfuscation")));
        return known.flag("include_usage") ? Delivery.STREAM_WITH_USAGE : Delivery.STREAM;
    }

    private static void requireFewProbabilities(List<CompletionRequest.Prompt> prompts, int n, CompletionSettings settings) {
        Probabilities asked = settings.probabilities();
        long read = asked.of() == Of.ALL ? prompts.stream().mapToLong(prompt -> prompt.tokens().length).sum() : 0;
        long count = n * (read + (long) prompts.size() * settings.maxTokens()) * (asked.top() + 1L);
        if (asked.of() != Of.NONE && count > MAX_PROBABILITIES) {
            throw ApiError.invalid("logprobs",
                "logprobs: found " + count + " probabilities to tell of all tokens of all choices, expected at most "
                    + MAX_PROBABILITIES + "; ask for fewer prompts or tokens at a time");
        }
    }

    private void requireRoom(CompletionRequest.Prompt prompt, int maxTokens) {
        if ((long) prompt.tokens().length + maxTokens > context) {
            throw ApiError.tooLong("This model's maximum context length is " + context + " tokens; found " + prompt.tokens().length
                + " in the prompt and " + maxTokens + " in max_tokens. Shorten the prompt or ask for fewer.");
        }
    }
}
