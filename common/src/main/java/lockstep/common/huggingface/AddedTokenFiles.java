package lockstep.common.huggingface;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import lockstep.common.text.AddedToken;
import lockstep.common.text.AddedToken.Rule;
import lockstep.common.text.BpeVocabulary;

/** Collects the tokens that the files of a tokenizer add to its vocabulary. */
final class AddedTokenFiles {
    /** Transformers adds those that it doesn't find in this order. */
    private static final List<String> SPECIAL =
        List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens");

    private final BpeVocabulary bpe;
    private final Map<Integer, AddedToken> byId = new TreeMap<>();
    private final Map<String, Integer> idByText = new TreeMap<>();
    private final Map<String, Set<String>> special = new TreeMap<>();
    private int end;

    AddedTokenFiles(BpeVocabulary bpe) {
        this.bpe = bpe;
        this.end = bpe.tokens().size();
    }

    /** A file contradicts the tokenizer, or another file. */
    record Conflict(String field, String found, String expected) {}

    /** The vocabulary itself has so many tokens. */
    void vocabulary(int tokens) {
        end = Math.max(end, tokens);
    }

    /**
     * Takes a token with its id.
     *
     * @param rules an object that has them, or anything else where they aren't told
     */
    Optional<Conflict> add(String text, String id, JsonNode rules) {
        if (!id.matches("\\d{1,9}")) {
            return Optional.of(new Conflict("added token \"" + text + "\"", "the id " + id, "a number"));
        }
        int number = Integer.parseInt(id);
        Optional<String> other = number < bpe.tokens().size()
            ? Optional.of(bpe.tokens().get(number))
            : Optional.ofNullable(byId.get(number)).map(AddedToken::text);
        if (other.isPresent() && !other.get().equals(text)) {
            return Optional.of(new Conflict("added token " + id, "\"" + text + "\"", "\"" + other.get() + "\""));
        }
        int known = idByText.getOrDefault(text, number);
        if (known != number) {
            return Optional.of(new Conflict("added token \"" + text + "\"", "the id " + id, Integer.toString(known)));
        }
        if (!text.isEmpty() && (rules.isObject() || !byId.containsKey(number))) {
            byId.put(number, new AddedToken(number, text, rules(rules)));
            idByText.put(text, number);
            end = Math.max(end, number + 1);
        }
        return Optional.empty();
    }

    /** Takes the special tokens that a file names without their ids. */
    void special(JsonNode config) {
        for (String field : SPECIAL) {
            JsonNode value = config.path(field);
            Stream.concat(Stream.of(value), value.isArray() ? value.valueStream() : Stream.empty()).forEach(one -> {
                String text = one.isObject() ? one.path("content").asText() : one.isTextual() ? one.asText() : "";
                if (!text.isEmpty()) {
                    special.computeIfAbsent(field, _ -> new LinkedHashSet<>()).add(text);
                }
            });
        }
    }

    /** Returns all of them, by ascending id. A special token that no file gives an id gets the next one, as in transformers. */
    List<AddedToken> all() {
        for (String field : SPECIAL) {
            for (String text : special.getOrDefault(field, Collections.emptySet())) {
                int id = idByText.containsKey(text) ? idByText.get(text) : bpe.tokens().indexOf(text);
                add(text, Integer.toString(id >= 0 ? id : end), MissingNode.getInstance());
            }
        }
        return List.copyOf(byId.values());
    }

    private static Set<Rule> rules(JsonNode token) {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        for (Rule rule : Rule.values()) {
            if (token.path(field(rule)).asBoolean()) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private static String field(Rule rule) {
        return switch (rule) {
            case SINGLE_WORD -> "single_word";
            case LEFT_STRIP -> "lstrip";
            case RIGHT_STRIP -> "rstrip";
            case NORMALIZED -> "normalized";
        };
    }
}
