package lockstep.common.huggingface;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.format.FileDescription;
import lockstep.common.format.SmallFile;
import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

/**
 * Tells a tokenizer of ours from another one of the same size: many a GPT-2 of another language has 50,257 tokens of its own, and the
 * same tokens with other merges, or with a blank put before each
 * text, read a text otherwise. Tokens that were added behind ours are no matter: no text of ours becomes one.
 */
final class TokenizerCheck {
    /** Room for each merge on lines of its own. */
    private static final int LARGEST_BYTES = 32 << 20;
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SLOW = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String FAST = "tokenizer.json";
    private static final String ADDED = "added_tokens.json";
    /** Vocabularies of other kinds of tokenizers. */
    private static final List<String> FOREIGN = List.of("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "vocab.txt");
    private static final List<String> CLASSES =
        List.of("GPT2Tokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend");

    /** What would have a text read otherwise. */
    private static final List<String> UNSET = List.of("normalizer", "model.dropout", "model.continuing_subword_prefix",
        "model.end_of_word_suffix", "model.ignore_merges", "model.byte_fallback");

    private final Path directory;
    private final BpeVocabulary bpe;
    private final List<String> differences = new ArrayList<>();

    private TokenizerCheck(Path directory, Tokenizer tokenizer) {
        this.directory = directory;
        this.bpe = BpeVocabulary.of(tokenizer);
    }

    static TokenizerMatch match(Path directory, Tokenizer tokenizer) {
        boolean told = Stream.of(SLOW, MERGES, FAST).anyMatch(name -> Files.exists(directory.resolve(name)));
        boolean hinted = Stream.concat(FOREIGN.stream(), Stream.of(CONFIG, ADDED)).anyMatch(name -> Files.exists(directory.resolve(name)));
        if (!told && !hinted) {
            return new TokenizerMatch.Unknown();
        }
        TokenizerCheck check = new TokenizerCheck(directory, tokenizer);
        check.run(told);
        return check.differences.isEmpty()
            ? told ? new TokenizerMatch.Same() : new TokenizerMatch.Unknown()
            : new TokenizerMatch.Different(check.differences.getFirst());
    }

    private void run(boolean told) {
        ifThere(CONFIG, this::config);
        ifThere(SLOW, file -> vocabulary(file, "", JsonObjects.read(file, LARGEST_BYTES)));
        ifThere(MERGES, this::mergesText);
        ifThere(FAST, this::fast);
        ifThere(ADDED,
            file -> JsonObjects.read(file, LARGEST_BYTES).properties().forEach(entry -> added(file, entry.getKey(), entry.getValue())));
        if (!told) {
            FOREIGN.stream().map(directory::resolve).filter(Files::exists)
                .forEach(file -> differ(file, "content", "another kind of vocabulary", "none"));
        }
    }

    @FunctionalInterface
    private interface Reader {
        void read(Path file);
    }

    private void ifThere(String name, Reader reader) {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
            reader.read(file);
        }
    }

    private void differ(Path file, String field, Object found, Object expected) {
        differences.add(FileDescription.printable(file + ": " + field + ": found " + found + ", expected " + expected));
    }

    private void config(Path file) {
        JsonNode config = JsonObjects.read(file, LARGEST_BYTES);
        JsonNode kind = config.path("tokenizer_class");
        if (kind.isTextual() && !CLASSES.contains(kind.textValue())) {
            differ(file, "tokenizer_class", kind.textValue(), "GPT2Tokenizer");
        }
        noPrefixSpace(file, config.path("add_prefix_space"));
        config.path("added_tokens_decoder").properties()
            .forEach(entry -> added(file, entry.getValue().path("content").asText(), entry.getKey()));
    }

    private void noPrefixSpace(Path file, JsonNode value) {
        if (value.asBoolean()) {
            differ(file, "add_prefix_space", "true", "false: no blank before a text");
        }
    }

    private void vocabulary(Path file, String field, JsonNode idByToken) {
        for (int id = 0; id < bpe.tokens().size() && differences.isEmpty(); id++) {
            JsonNode found = idByToken.path(bpe.tokens().get(id));
            // what separates documents may stand among the added tokens alone
            boolean absentSeparator = id == bpe.endOfText() && found.isMissingNode();
            if (!absentSeparator && !(found.isInt() && found.intValue() == id)) {
                differ(file, field + "\"" + bpe.tokens().get(id) + "\"", found.isMissingNode() ? "no such token" : found, id);
            }
        }
    }

    private void mergesText(Path file) {
        String text = new String(SmallFile.read(file, LARGEST_BYTES, "merges"), StandardCharsets.UTF_8);
        merges(file, text.lines().filter(line -> !line.isEmpty() && !line.startsWith("#version")).toList());
    }

    private void merges(Path file, List<String> found) {
        int n = Math.min(found.size(), bpe.merges().size());
        for (int i = 0; i < n && differences.isEmpty(); i++) {
            if (!found.get(i).equals(bpe.merges().get(i))) {
                differ(file, "merge " + (i + 1), "\"" + found.get(i) + "\"", "\"" + bpe.merges().get(i) + "\"");
            }
        }
        if (found.size() != bpe.merges().size()) {
            differ(file, "merges", found.size(), bpe.merges().size());
        }
    }

    private void fast(Path file) {
        JsonNode root = JsonObjects.read(file, LARGEST_BYTES);
        JsonNode model = root.path("model");
        if (!model.path("type").asText("BPE").equals("BPE")) {
            differ(file, "model.type", model.path("type"), "BPE");
        }
        vocabulary(file, "model.vocab: ", model.path("vocab"));
        List<String> merges = new ArrayList<>();
        // newer files write a merge as a pair
        model.path("merges")
            .forEach(merge -> merges.add(merge.isArray() ? merge.path(0).asText() + " " + merge.path(1).asText() : merge.asText()));
        merges(file, merges);
        for (String field : UNSET) {
            unset(file, field, root.at("/" + field.replace('.', '/')));
        }
        JsonNode pieces = root.path("pre_tokenizer");
        if (!pieces.path("type").asText().equals("ByteLevel") || !pieces.path("use_regex").asBoolean(true)) {
            differ(file, "pre_tokenizer", pieces.isMissingNode() ? "none" : pieces, "ByteLevel with GPT-2's expression");
        }
        noPrefixSpace(file, pieces.path("add_prefix_space"));
        root.path("added_tokens").forEach(token -> added(file, token.path("content").asText(), token.path("id")));
    }

    private void unset(Path file, String field, JsonNode value) {
        boolean unset = value.isMissingNode() || value.isNull() || value.isTextual() && value.textValue().isEmpty()
            || value.isBoolean() && !value.booleanValue() || value.isNumber() && value.doubleValue() == 0;
        if (!unset) {
            differ(file, field, value, "none");
        }
    }

    private void added(Path file, String content, JsonNode id) {
        added(file, content, id.asText());
    }

    private void added(Path file, String content, String id) {
        if (!id.matches("\\d{1,9}")) {
            differ(file, "added token \"" + content + "\"", "the id " + id, "a number");
            return;
        }
        int number = Integer.parseInt(id);
        Optional<String> ours = number < bpe.tokens().size() ? Optional.of(bpe.tokens().get(number)) : Optional.empty();
        ours.filter(token -> !token.equals(content))
            .ifPresent(token -> differ(file, "added token " + id, "\"" + content + "\"", "\"" + token + "\""));
    }
}
