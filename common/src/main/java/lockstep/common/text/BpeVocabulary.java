package lockstep.common.text;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer of ours as the tokens and merges of byte-level BPE, the form in which other programs take one.
 *
 * <p>
 * Each byte is written as one printable character: those of Latin-1 that are printable, and no space, as themselves, the others as U+0100 and on, in ascending order. With GPT-2's
 * tokenizer tokens and merges are OpenAI's own. With bytes there are 256 tokens and no merge; the one that separates documents, NUL, is written {@value #END_OF_TEXT}, so that no text
 * but that name becomes it.
 *
 * @param tokens by id
 * @param merges pairs of tokens with a space between them, the first to be merged first
 * @param endOfText id of {@value #END_OF_TEXT}
 */
public record BpeVocabulary(List<String> tokens, List<String> merges, int endOfText) {
    public static final String END_OF_TEXT = "<|endoftext|>";

    private static final int BYTES = 256;

    /** Reads it off the tokenizer: a token of several bytes is the merge of what those bytes become when later tokens don't exist yet. */
    public static BpeVocabulary of(Tokenizer tokenizer) {
        String[] alphabet = alphabet();
        List<String> tokens = new ArrayList<>();
        List<String> merges = new ArrayList<>();
        Map<String, Integer> idByToken = new LinkedHashMap<>();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            List<String> parts = id == tokenizer.endOfText() ? List.of(END_OF_TEXT) : letters(tokenizer, id, alphabet);
            String token = String.join("", parts);
            if (parts.size() > 1) {
                merges.add(String.join(" ", merged(parts, idByToken)));
            }
            tokens.add(token);
            idByToken.put(token, id);
        }
        return new BpeVocabulary(List.copyOf(tokens), List.copyOf(merges), tokenizer.endOfText());
    }

    private static String[] alphabet() {
        String[] alphabet = new String[BYTES];
        int next = BYTES;
        for (int b = 0; b < BYTES; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= '¡' && b <= '¬' || b >= '®' && b <= 'ÿ';
            alphabet[b] = Character.toString(printable ? b : next++);
        }
        return alphabet;
    }

    private static List<String> letters(Tokenizer tokenizer, int id, String[] alphabet) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tokenizer.decode(id, bytes::write);
        List<String> letters = new ArrayList<>();
        for (byte b : bytes.toByteArray()) {
            letters.add(alphabet[Byte.toUnsignedInt(b)]);
        }
        return letters;
    }

    /** The two parts that are left when all tokens so far have been merged, the lowest id first. */
    private static List<String> merged(List<String> letters, Map<String, Integer> idByToken) {
        List<String> parts = new ArrayList<>(letters);
        while (parts.size() > 2) {
            int best = Integer.MAX_VALUE;
            int bestAt = 0;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int id = idByToken.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
                if (id < best) {
                    best = id;
                    bestAt = i;
                }
            }
            if (best == Integer.MAX_VALUE) {
                throw new IllegalStateException("no merge of " + parts + " among the tokens before it");
            }
            parts.set(bestAt, parts.get(bestAt) + parts.remove(bestAt + 1));
        }
        return parts;
    }
}
