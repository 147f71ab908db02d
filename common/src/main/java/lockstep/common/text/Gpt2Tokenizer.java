package lockstep.common.text;

import java.io.InputStream;

/**
 * GPT-2's byte-pair encoding, by {@link Gpt2Pieces} and {@link Gpt2Merges}. Bytes that are no UTF-8 become U+FFFD.
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
    static final int END_OF_TEXT = 50256;

    private final ChunkEncoder chunkEncoder = new ChunkEncoder();
    private final int chunkChars;
    private final int longestPieceChars;

    /** @param chunkChars at least 2 */
    Gpt2Tokenizer(int chunkChars, int longestPieceChars) {
        this.chunkChars = chunkChars;
        this.longestPieceChars = Math.max(chunkChars, longestPieceChars);
    }

    /** The vocabulary and its merges, of which there is one for all: read when a text or a token first needs it, which takes some tenths of a second. */
    private static final class Vocabulary {
        static final Gpt2Merges MERGES = new Gpt2Merges();
    }

    /** Costs nothing until it is used. */
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
        return Vocabulary.MERGES.encode(text);
    }

    @Override
    public TextChunks chunks(InputStream utf8) {
        return new Gpt2Chunks(utf8, chunkEncoder, chunkChars, longestPieceChars);
    }

    @Override
    public void decode(int token, ByteSink sink) {
        if (token < 0 || token >= VOCABULARY_SIZE) {
            throw new IllegalArgumentException("token must be in 0.." + (VOCABULARY_SIZE - 1) + ": token=" + token);
        }
        byte[] bytes = Vocabulary.MERGES.decode(token);
        sink.write(bytes, 0, bytes.length);
    }

    private final class ChunkEncoder implements Gpt2Chunks.Encoder {
        @Override
        public int[] encode(String text) {
            return Gpt2Tokenizer.this.encode(text);
        }

        /** One at a time: on many threads a piece for each would be many times the memory. */
        @Override
        public int[] encodeLongPiece(String text) {
            synchronized (this) {
                return Gpt2Tokenizer.this.encode(text);
            }
        }
    }
}
