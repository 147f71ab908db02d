package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Each byte is its own token, whatever the encoding of the text. The NUL byte, which text does not hold, separates documents. */
public final class BytesTokenizer implements Tokenizer {
    static final String NAME = "bytes";

    private static final int VOCABULARY_SIZE = 256;
    private static final int END_OF_TEXT = 0;
    private static final int BUFFER_BYTES = 1 << 16;

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
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        widen(bytes, bytes.length, tokens);
        return tokens;
    }

    @Override
    public void encode(InputStream utf8, TokenSink sink) throws IOException {
        byte[] bytes = new byte[BUFFER_BYTES];
        int[] tokens = new int[BUFFER_BYTES];
        for (int count = utf8.readNBytes(bytes, 0, BUFFER_BYTES); count > 0; count = utf8.readNBytes(bytes, 0, BUFFER_BYTES)) {
            widen(bytes, count, tokens);
            sink.accept(tokens, 0, count);
        }
    }

    @Override
    public void decode(int token, ByteSink sink) {
        if (token < 0 || token >= VOCABULARY_SIZE) {
            throw new IllegalArgumentException("token must be in 0.." + (VOCABULARY_SIZE - 1) + ": token=" + token);
        }
        sink.write(new byte[] {(byte) token}, 0, 1);
    }

    private static void widen(byte[] bytes, int count, int[] tokens) {
        for (int i = 0; i < count; i++) {
            tokens[i] = Byte.toUnsignedInt(bytes[i]);
        }
    }
}
