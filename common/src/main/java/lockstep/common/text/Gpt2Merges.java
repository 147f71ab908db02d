package lockstep.common.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import com.knuddels.jtokkit.api.IntArrayList;

/**
 * GPT-2's merges of bytes, by JTokkit, within pieces that {@link Gpt2Pieces} has cut: JTokkit's own expression asks the JDK what a letter is, and gets another answer
 * from a JDK of another Unicode.
 */
final class Gpt2Merges {
    private static final String NAME = "gpt2 in pieces";
    private static final String RANKS = "r50k_base.tiktoken";
    /** To JTokkit a piece is all that it is given. */
    private static final Pattern WHOLE = Pattern.compile(".+", Pattern.DOTALL);

    /** Pieces that are remembered, a power of two, and how long one may be: some 2 MB in all. */
    private static final int REMEMBERED = 1 << 14;
    private static final int LONGEST_REMEMBERED_CHARS = 24;

    private final Encoding pieces;
    /** The newest piece of each slot. Threads share it without a lock: a record is whole whenever one sees it, and the tokens of a piece are always the same. */
    private final Merged[] recent = new Merged[REMEMBERED];

    private record Merged(String piece, int[] tokens) {}

    /** Reads the vocabulary that JTokkit carries, which takes some tenths of a second. */
    Gpt2Merges() {
        GptBytePairEncodingParams params = new GptBytePairEncodingParams(NAME, WHOLE, ranks(),
            Collections.singletonMap(BpeVocabulary.END_OF_TEXT, Gpt2Tokenizer.END_OF_TEXT));
        this.pieces = Encodings.newLazyEncodingRegistry().registerGptBytePairEncoding(params).getEncoding(NAME).orElseThrow();
    }

    int[] encode(String text) {
        IntArrayList tokens = new IntArrayList(text.length() / 2 + 1);
        int from = 0;
        while (from < text.length()) {
            int end = Gpt2Pieces.end(text, from);
            for (int token : merged(text.substring(from, end))) {
                tokens.add(token);
            }
            from = end;
        }
        return tokens.toArray();
    }

    private int[] merged(String piece) {
        if (piece.length() > LONGEST_REMEMBERED_CHARS) {
            return pieces.encodeOrdinary(piece).toArray();
        }
        int hash = piece.hashCode();
        int slot = (hash ^ hash >>> 16) & REMEMBERED - 1;
        Merged known = recent[slot];
        if (known != null && known.piece().equals(piece)) {
            return known.tokens();
        }
        Merged fresh = new Merged(piece, pieces.encodeOrdinary(piece).toArray());
        recent[slot] = fresh;
        return fresh.tokens();
    }

    byte[] decode(int token) {
        IntArrayList one = new IntArrayList(1);
        one.add(token);
        return pieces.decodeBytes(one);
    }

    @SuppressWarnings("UndefinedEquals") // JTokkit asks for such a map, and only walks through its entries
    private static Map<byte[], Integer> ranks() {
        Map<byte[], Integer> ranks = new LinkedHashMap<>();
        try (InputStream in = Encodings.class.getResourceAsStream(RANKS)) {
            if (in == null) {
                throw new IllegalStateException(RANKS + ": JTokkit carries no such file");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                ranks.put(Base64.getDecoder().decode(line.substring(0, space)), Integer.valueOf(line.substring(space + 1)));
            }
            return ranks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
