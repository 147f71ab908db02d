package lockstep.common.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Tokenizers as tokens and merges. */
class BpeVocabularyTest {
    @Test
    void gpt2sTokensAndMergesAreInOrder() {
        BpeVocabulary bpe = BpeVocabulary.of(Gpt2Tokenizer.create());
        assertEquals(50257, bpe.tokens().size());
        assertEquals(50000, bpe.merges().size());
        assertEquals("!", bpe.tokens().getFirst());
        assertEquals("Ġt", bpe.tokens().get(256));
        assertEquals("<|endoftext|>", bpe.tokens().get(bpe.endOfText()));
        assertEquals(List.of("Ġ t", "Ġ a", "h e", "i n"), bpe.merges().subList(0, 4));
        assertEquals("Ġg azed", bpe.merges().getLast());
    }

    /** Merging by the list, whatever the tokens' ids, must give the ids of the golden strings that are one piece to the splitter. */
    @Test
    void mergingByTheListGivesTheTokenizersIds() {
        BpeVocabulary bpe = BpeVocabulary.of(Gpt2Tokenizer.create());
        Map<String, Integer> rank = new HashMap<>();
        bpe.merges().forEach(merge -> rank.put(merge, rank.size()));
        Map<String, Integer> id = new HashMap<>();
        bpe.tokens().forEach(token -> id.put(token, id.size()));
        for (String word : List.of(" unbelievable", "antidisestablishmentarianism", " Ελληνικά", "straße", " zzzzqx")) {
            List<String> parts = new ArrayList<>();
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                parts.add(letterOf(bpe, b));
            }
            for (int best = 0; best >= 0;) {
                best = -1;
                for (int i = 0; i + 1 < parts.size(); i++) {
                    int here = rank.getOrDefault(parts.get(i) + " " + parts.get(i + 1), Integer.MAX_VALUE);
                    if (here < (best < 0 ? Integer.MAX_VALUE : rank.get(parts.get(best) + " " + parts.get(best + 1)))) {
                        best = i;
                    }
                }
                if (best >= 0) {
                    parts.set(best, parts.get(best) + parts.remove(best + 1));
                }
            }
            assertArrayEquals(Gpt2Tokenizer.create().encode(word), parts.stream().mapToInt(id::get).toArray(), word);
        }
    }

    /** GPT-2's first 256 tokens are the bytes in an order of its own. */
    private static String letterOf(BpeVocabulary bpe, byte b) {
        Gpt2Tokenizer tokenizer = Gpt2Tokenizer.create();
        for (int token = 0; token < 256; token++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            tokenizer.decode(token, bytes::write);
            if (bytes.size() == 1 && bytes.toByteArray()[0] == b) {
                return bpe.tokens().get(token);
            }
        }
        throw new AssertionError("no token for byte " + b);
    }

    @Test
    void bytesAreTheirOwnTokensAndNothingMerges() {
        BpeVocabulary bpe = BpeVocabulary.of(new BytesTokenizer());
        assertEquals(256, bpe.tokens().size());
        assertEquals(256, bpe.tokens().stream().distinct().count());
        assertEquals(List.of(), bpe.merges());
        assertEquals("<|endoftext|>", bpe.tokens().get(0));
        assertEquals("A", bpe.tokens().get('A'));
        assertEquals("Ġ", bpe.tokens().get(' '));
        assertEquals("Ċ", bpe.tokens().get('\n'));
        assertEquals("ÿ", bpe.tokens().get(255));
    }
}
