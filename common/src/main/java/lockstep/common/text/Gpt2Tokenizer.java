package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;

/**
 * GPT-2's byte-pair encoding by JTokkit. Bytes that are no UTF-8 become U+FFFD.
 *
 * <p>
 * A document is encoded in chunks of about {@value #CHUNK_CHARS} characters, cut where GPT-2's pieces end anyway ({@link PieceBoundary}),
 * so the tokens are those
 * of the whole. Only a run without any such place (letters alone, spaces alone …) of more than {@value #LONGEST_PIECE_CHARS} characters is
 * cut inside: JTokkit needs
 * some hundred bytes for each byte of a piece, and one piece may be all of a file.
 */
public final class Gpt2Tokenizer implements Tokenizer {
    static final String NAME = "gpt2";
    static final int CHUNK_CHARS = 1 << 16;
    static final int LONGEST_PIECE_CHARS = 1 << 20;

    private static final int VOCABULARY_SIZE = 50257;
    private static final int END_OF_TEXT = 50256;

    private final Encoding encoding;
    private final int chunkChars;
    private final int longestPieceChars;

    /** @param chunkChars at least 2 */
    Gpt2Tokenizer(int chunkChars, int longestPieceChars) {
        this.encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
        this.chunkChars = chunkChars;
        this.longestPieceChars = Math.max(chunkChars, longestPieceChars);
    }

    /** Reads the vocabulary, which takes about 0.1 s. */
    public static Gpt2Tokenizer create() {
        return new Gpt2Tokenizer(CHUNK_CHARS, LONGEST_PIECE_CHARS);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int vocabularySize() {
        return VOCABULARY_SIZE;
    }

    @Override
    public int endOfText() {
        return END_OF_TEXT;
    }

    @Override
    public int[] encode(String text) {
        return encoding.encodeOrdinary(text).toArray();
    }

    @Override
    public void encode(InputStream utf8, TokenSink sink) throws IOException {
        Reader reader = new InputStreamReader(utf8, StandardCharsets.UTF_8);
        char[] chars = new char[chunkChars];
        int held = 0;
        int searchedTo = 1;
        while (true) {
            int end = fill(reader, chars, held);
            if (end < chars.length) {
                encode(chars, end, sink);
                return;
            }
            int cut = lastBoundary(chars, searchedTo, end);
            if (cut == 0 && chars.length < longestPieceChars) {
                chars = Arrays.copyOf(chars, Math.min(longestPieceChars, 2 * chars.length));
                held = end;
                searchedTo = end;
                continue;
            }
            if (cut == 0) {
                cut = Character.isHighSurrogate(chars[end - 1]) ? end - 1 : end;
            }
            encode(chars, cut, sink);
            held = end - cut;
            System.arraycopy(chars, cut, chars, 0, held);
            searchedTo = 1;
        }
    }

    @Override
    public void decode(int token, ByteSink sink) {
        if (token < 0 || token >= VOCABULARY_SIZE) {
            throw new IllegalArgumentException("token must be in 0.." + (VOCABULARY_SIZE - 1) + ": token=" + token);
        }
        IntArrayList one = new IntArrayList(1);
        one.add(token);
        byte[] bytes = encoding.decodeBytes(one);
        sink.write(bytes, 0, bytes.length);
    }

    private void encode(char[] chars, int count, TokenSink sink) throws IOException {
        int[] tokens = encode(new String(chars, 0, count));
        sink.accept(tokens, 0, tokens.length);
    }

    /** The last safe place to cut in from..end−1, or 0 where there is none. */
    private static int lastBoundary(char[] chars, int from, int end) {
        for (int at = end - 1; at >= from; at--) {
            if (PieceBoundary.isSafe(chars[at - 1], chars[at])) {
                return at;
            }
        }
        return 0;
    }

    /** Reads until the array is full or the text ends: where chunks end never depends on how the stream delivers. */
    private static int fill(Reader reader, char[] chars, int held) throws IOException {
        int end = held;
        while (end < chars.length) {
            int count = reader.read(chars, end, chars.length - end);
            if (count < 0) {
                break;
            }
            end += count;
        }
        return end;
    }
}
