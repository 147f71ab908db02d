package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

/**
 * The files by which transformers knows a tokenizer: vocab.json and merges.txt for the slow one (GPT-2's are OpenAI's, byte for byte), tokenizer.json for the fast one, and what
 * both are told beside.
 */
public final class TokenizerFiles {
    /** Of a model that takes token ids alone. */
    public static final TokenizerFiles NONE = new TokenizerFiles(new LinkedHashMap<>(), OptionalInt.empty());

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** As Python's json.dumps writes a string. */
    private static final JsonMapper ASCII =
        JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

    private final Map<String, byte[]> contents;
    private final OptionalInt endOfText;

    private TokenizerFiles(Map<String, byte[]> contents, OptionalInt endOfText) {
        this.contents = contents;
        this.endOfText = endOfText;
    }

    /** @param maxT longest context of the model in tokens */
    public static TokenizerFiles of(Tokenizer tokenizer, int maxT) {
        BpeVocabulary bpe = BpeVocabulary.of(tokenizer);
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try {
            contents.put("vocab.json", vocabulary(bpe));
            contents.put("merges.txt", ("#version: 0.2\n" + String.join("\n", bpe.merges()) + (bpe.merges().isEmpty() ? "" : "\n"))
                .getBytes(StandardCharsets.UTF_8));
            contents.put("tokenizer.json", JSON.writeValueAsBytes(fast(bpe)));
            contents.put("tokenizer_config.json", JSON.writeValueAsBytes(config(maxT)));
            contents.put("special_tokens_map.json", JSON.writeValueAsBytes(special(JSON.createObjectNode())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new TokenizerFiles(contents, OptionalInt.of(bpe.endOfText()));
    }

    /** By name, in the order in which they are written. */
    Map<String, byte[]> contents() {
        return contents;
    }

    /** The token between documents, where there is a tokenizer. */
    OptionalInt endOfText() {
        return endOfText;
    }

    private static byte[] vocabulary(BpeVocabulary bpe) throws IOException {
        List<String> entries = new ArrayList<>();
        for (int id = 0; id < bpe.tokens().size(); id++) {
            entries.add(ASCII.writeValueAsString(bpe.tokens().get(id)) + ": " + id);
        }
        return ("{" + String.join(", ", entries) + "}").getBytes(StandardCharsets.US_ASCII);
    }

    private static ObjectNode fast(BpeVocabulary bpe) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        root.putArray("added_tokens").addObject().put("id", bpe.endOfText()).put("content", BpeVocabulary.END_OF_TEXT)
            .put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
        root.putNull("normalizer");
        byteLevel(root.putObject("pre_tokenizer"), false, true);
        byteLevel(root.putObject("post_processor"), true, false);
        byteLevel(root.putObject("decoder"), true, true);
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token")
            .put("continuing_subword_prefix", "").put("end_of_word_suffix", "").put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < bpe.tokens().size(); id++) {
            vocabulary.put(bpe.tokens().get(id), id);
        }
        ArrayNode merges = model.putArray("merges");
        bpe.merges().forEach(merges::add);
        return root;
    }

    private static void byteLevel(ObjectNode node, boolean prefixSpace, boolean trimOffsets) {
        node.put("type", "ByteLevel").put("add_prefix_space", prefixSpace).put("trim_offsets", trimOffsets).put("use_regex", true);
    }

    private static ObjectNode config(int maxT) {
        ObjectNode config = JSON.createObjectNode().put("tokenizer_class", "GPT2Tokenizer").put("model_max_length", maxT)
            .put("add_prefix_space", false).put("clean_up_tokenization_spaces", false);
        return special(config);
    }

    private static ObjectNode special(ObjectNode node) {
        return node.put("bos_token", BpeVocabulary.END_OF_TEXT).put("eos_token", BpeVocabulary.END_OF_TEXT)
            .put("unk_token", BpeVocabulary.END_OF_TEXT);
    }
}
