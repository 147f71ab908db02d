package lockstep.deploy.complete;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;

/** Tokens as text. */
public final class TokenText {
    private TokenText() {}

    /** One token; where it is a part of a character only, its bytes as OpenAI's interface writes them: {@code bytes:\xe2\x82}. */
    public static String of(Tokenizer tokenizer, int token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tokenizer.decode(token, bytes::write);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException _) {
            return "bytes:\\x" + HexFormat.ofDelimiter("\\x").formatHex(bytes.toByteArray());
        }
    }

    /** All of them, one after the other. */
    public static String of(Tokenizer tokenizer, int[] tokens) {
        StringBuilder text = new StringBuilder();
        Utf8Stream stream = Utf8Stream.verbatim(text::append);
        for (int token : tokens) {
            tokenizer.decode(token, stream);
        }
        stream.finish();
        return text.toString();
    }

    /** A text as it would stand in training data: after the token that begins a document. */
    public static int[] document(Tokenizer tokenizer, String text) {
        int[] encoded = tokenizer.encode(text);
        int[] tokens = new int[encoded.length + 1];
        tokens[0] = tokenizer.endOfText();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        return tokens;
    }
}
