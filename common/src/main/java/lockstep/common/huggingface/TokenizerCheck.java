package lockstep.common.huggingface;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.format.SmallFile;
import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

/**
 * Tells a tokenizer of ours from another one of the same size: many a GPT-2 of another language has 50,257 tokens of its own, and the
 * same tokens with other merges, or with a blank put before each
 * text, read a text otherwise. Tokens that were added behind ours are told: a prompt may name them.
 */
final class TokenizerCheck {
    /** Room for each merge on lines of its own. */
    private static final int LARGEST_BYTES = 32 << 20;
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SLOW = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String FAST = "tokenizer.json";
    private static final String ADDED = "added_tokens.json";
    private static final String SPECIAL = "special_tokens_map.json";
    /** Vocabularies of other kinds of tokenizers. */
    private static final List<String> FOREIGN = List.of("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "vocab.txt");
    private static final List<String> CLASSES =
        List.of("GPT2Tokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend");

    /** What would have a text read otherwise. */
    private static final List<String> UNSET = List.of("normalizer", "model.dropout", "model.continuing_subword_prefix",
        "model.end_of_word_suffix", "model.ignore_merges", "model.byte_fallback");

    private final Path directory;
    private final BpeVocabulary bpe;
    private final AddedTokenFiles added;
    private final List<String> differences = new ArrayList<>();

    private TokenizerCheck(Path directory, Tokenizer tokenizer) {
        this.directory = directory;
        this.bpe = BpeVocabulary.of(tokenizer);
        this.added = new AddedTokenFiles(bpe);
    }

    static TokenizerMatch match(Path directory, Tokenizer tokenizer) {
        boolean told = Stream.of(SLOW, MERGES, FAST).anyMatch(name -> Files.exists(directory.resolve(name)));
        boolean hinted = Stream.concat(FOREIGN.stream(), Stream.of(CONFIG, ADDED)).anyMatch(name -> Files.exists(directory.resolve(name)));
        if (!told && !hinted) {
            return new TokenizerMatch.Unknown(List.of());
        }
        TokenizerCheck check = new TokenizerCheck(directory, tokenizer);
        try {
            check.run(told);
        } catch (UserError e) { // a file that can't be read, such as the pointer that a clone without Git LFS has
            return new TokenizerMatch.Different(e.getMessage());
        }
        if (!check.differences.isEmpty()) {
            return new TokenizerMatch.Different(check.differences.getFirst());
        }
        return told ? new TokenizerMatch.Same(check.added.all()) : new TokenizerMatch.Unknown(check.added.all());
    }

    private void run(boolean told) {
        ifThere(CONFIG, this::config);
        ifThere(SLOW, file -> vocabulary(file, "", JsonObjects.read(file, LARGEST_BYTES)));
        ifThere(MERGES, this::mergesText);
        ifThere(FAST, this::fast);
        ifThere(ADDED, file -> JsonObjects.read(file, LARGEST_BYTES).properties()
            .forEach(entry -> added(file, entry.getKey(), entry.getValue().asText(), MissingNode.getInstance())));
        ifThere(SPECIAL, file -> added.special(JsonObjects.read(file, LARGEST_BYTES)));
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
            .forEach(entry -> added(file, entry.getValue().path("content").asText(), entry.getKey(), entry.getValue()));
        added.special(config);
        isFalse(file, config, "add_bos_token", "no token before a text");
        isFalse(file, config, "add_eos_token", "no token behind a text");
        isFalse(file, config, "split_special_tokens", "the names of special tokens are these tokens");
    }

    private void isFalse(Path file, JsonNode config, String field, String meaning) {
        if (config.path(field).asBoolean()) {
            differ(file, field, "true", "false: " + meaning);
        }
    }

    /** A template that has parts beside the text's own puts tokens there. */
    private void addsNothing(Path file, JsonNode processor) {
        switch (processor.path("type").asText()) {
            case "Sequence" -> processor.path("processors").forEach(one -> addsNothing(file, one));
            case "TemplateProcessing" -> processor.path("single").forEach(part -> {
                if (!part.has("Sequence")) {
                    differ(file, "post_processor", part, "no token beside the text's own");
                }
            });
            case "", "ByteLevel" -> {
                // offsets alone
            }
            default -> differ(file, "post_processor", processor.path("type"), "ByteLevel, which adds no token");
        }
    }

    private void noPrefixSpace(Path file, JsonNode value) {
        if (value.asBoolean()) {
            differ(file, "add_prefix_space", "true", "false: no blank before a text");
        }
    }

    private void vocabulary(Path file, String field, JsonNode idByToken) {
        added.vocabulary(idByToken.size());
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
        if (pieces.path("type").asText().equals("Sequence") && pieces.path("pretokenizers").size() == 1) {
            pieces = pieces.path("pretokenizers").path(0);
        }
        if (!pieces.path("type").asText().equals("ByteLevel") || !pieces.path("use_regex").asBoolean(true)) {
            differ(file, "pre_tokenizer", pieces.isMissingNode() ? "none" : pieces, "ByteLevel with GPT-2's expression");
        }
        noPrefixSpace(file, pieces.path("add_prefix_space"));
        addsNothing(file, root.path("post_processor"));
        if (!List.of("", "ByteLevel").contains(root.path("decoder").path("type").asText())) {
            differ(file, "decoder", root.path("decoder").path("type"), "ByteLevel");
        }
        root.path("added_tokens").forEach(token -> added(file, token.path("content").asText(), token.path("id").asText(), token));
    }

    private void unset(Path file, String field, JsonNode value) {
        boolean unset = value.isMissingNode() || value.isNull() || value.isTextual() && value.textValue().isEmpty()
            || value.isBoolean() && !value.booleanValue() || value.isNumber() && value.doubleValue() == 0;
        if (!unset) {
            differ(file, field, value, "none");
        }
    }

    private void added(Path file, String text, String id, JsonNode rules) {
        added.add(text, id, rules).ifPresent(conflict -> differ(file, conflict.field(), conflict.found(), conflict.expected()));
    }
}
