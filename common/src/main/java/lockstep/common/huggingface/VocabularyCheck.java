package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.Tokenizer;

/** Tells a vocabulary of ours from another of the same size: many a GPT-2 of another language has 50,257 tokens of its own. */
final class VocabularyCheck {
    /** Room for each merge on lines of its own. */
    private static final int LARGEST_BYTES = 32 << 20;

    private VocabularyCheck() {}

    /** Whether vocab.json or, where there is none, tokenizer.json gives the tokenizer's tokens its ids; true where neither lies there. */
    static boolean fits(Path directory, Tokenizer tokenizer) {
        Path slow = directory.resolve("vocab.json");
        Path fast = directory.resolve("tokenizer.json");
        if (Files.exists(slow)) {
            return fits(JsonObjects.read(slow, LARGEST_BYTES), tokenizer);
        }
        return Files.notExists(fast) || fits(JsonObjects.read(fast, LARGEST_BYTES).at("/model/vocab"), tokenizer);
    }

    private static boolean fits(JsonNode idByToken, Tokenizer tokenizer) {
        BpeVocabulary bpe = BpeVocabulary.of(tokenizer);
        for (int id = 0; id < bpe.tokens().size(); id++) {
            JsonNode found = idByToken.path(bpe.tokens().get(id));
            // what separates documents may stand among the added tokens alone
            boolean absentSeparator = id == bpe.endOfText() && found.isMissingNode();
            if (!absentSeparator && !(found.isInt() && found.intValue() == id)) {
                return false;
            }
        }
        return true;
    }
}
