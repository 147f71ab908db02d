package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Chunks of so many characters, cut at the last {@link PieceBoundary}. Without any such place a chunk grows until there is one, and is cut inside a piece where it
 * has reached the longest piece.
 */
final class Gpt2Chunks implements TextChunks {
    /** Most documents of a collection are short: a whole chunk's array for each would cost more than to encode it. */
    private static final int FIRST_CHARS = 1 << 11;

    /** Encodes a chunk, one that has grown with more care for memory. */
    interface Encoder {
        int[] encode(String text);

        int[] encodeLongPiece(String text);
    }

    private final Reader reader;
    private final Encoder encoder;
    private final int chunkChars;
    private final int longestPieceChars;
    private char[] chars;
    private int held;
    private int searchedTo = 1;
    private boolean ended;

    Gpt2Chunks(InputStream utf8, Encoder encoder, int chunkChars, int longestPieceChars) {
        this.reader = new InputStreamReader(utf8, StandardCharsets.UTF_8);
        this.encoder = encoder;
        this.chunkChars = chunkChars;
        this.longestPieceChars = longestPieceChars;
        this.chars = new char[Math.min(FIRST_CHARS, chunkChars)];
    }

    @Override
    public Optional<TextChunk> next() throws IOException {
        boolean longPiece = false;
        while (!ended) {
            int end = fill();
            if (end < chars.length) {
                ended = true;
                return end == 0 ? Optional.empty() : Optional.of(take(end, end, longPiece));
            }
            if (chars.length < chunkChars) {
                grow(chunkChars, end);
                continue;
            }
            int cut = lastBoundary(searchedTo, end);
            if (cut == 0 && chars.length < longestPieceChars) {
                grow(longestPieceChars, end);
                searchedTo = end;
                longPiece = true;
                continue;
            }
            return Optional.of(take(cut == 0 ? cutInside(end) : cut, end, longPiece || cut == 0));
        }
        return Optional.empty();
    }

    private void grow(int mostChars, int end) {
        chars = Arrays.copyOf(chars, Math.min(mostChars, 2 * chars.length));
        held = end;
    }

    private TextChunk take(int cut, int end, boolean longPiece) {
        String text = new String(chars, 0, cut);
        held = end - cut;
        System.arraycopy(chars, cut, chars, 0, held);
        searchedTo = 1;
        return new Chunk(text, encoder, longPiece);
    }

    private record Chunk(String text, Encoder encoder, boolean longPiece) implements TextChunk {
        @Override
        public int size() {
            return text.length();
        }

        @Override
        public int[] encode() {
            return longPiece ? encoder.encodeLongPiece(text) : encoder.encode(text);
        }
    }

    private int cutInside(int end) {
        return Character.isHighSurrogate(chars[end - 1]) ? end - 1 : end;
    }

    /** The last safe place to cut in from..end−1, or 0 where there is none. */
    private int lastBoundary(int from, int end) {
        for (int at = end - 1; at >= from; at--) {
            if (PieceBoundary.isSafe(chars[at - 1], chars[at])) {
                return at;
            }
        }
        return 0;
    }

    /** Reads until the array is full or the text ends: where chunks end never depends on how the stream delivers. */
    private int fill() throws IOException {
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
