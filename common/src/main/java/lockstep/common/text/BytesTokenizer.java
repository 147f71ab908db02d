package lockstep.common.text;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Each byte is its own token, whatever the encoding of the text. The NUL byte, which text does not hold, separates documents. */
public final class BytesTokenizer implements Tokenizer {
    static final String NAME = "bytes";

    private static final int VOCABULARY_SIZE = 256;
    private static final int END_OF_TEXT = 0;
    private static final int CHUNK_BYTES = 1 << 16;

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
        return widen(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public TextChunks chunks(InputStream utf8) {
        return () -> {
            byte[] bytes = utf8.readNBytes(CHUNK_BYTES);
            return bytes.length == 0 ? Optional.empty() : Optional.of(new Chunk(bytes));
        };
    }

    private record Chunk(byte[] bytes) implements TextChunk {
        @Override
        public int size() {
            return bytes.length;
        }

        @Override
        public int[] encode() {
            return widen(bytes);
        }
    }

    @Override
    public void decode(int token, ByteSink sink) {
        if (token < 0 || token >= VOCABULARY_SIZE) {
            throw new IllegalArgumentException("token must be in 0.." + (VOCABULARY_SIZE - 1) + ": token=" + token);
        }
        sink.write(new byte[] {(byte) token}, 0, 1);
    }

    private static int[] widen(byte[] bytes) {
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return tokens;
    }
}
