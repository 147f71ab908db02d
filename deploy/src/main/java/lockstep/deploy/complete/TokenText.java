package lockstep.deploy.complete;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.IntStream;

import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;

/** Tokens as text. */
public final class TokenText {
    /** A prompt spells the token that ends a document, and so begins the next, like this. */
    public static final String END_OF_TEXT = "<|endoftext|>";

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

    /**
     * Encodes a prompt as a model reads it: the text and nothing else, in which {@value #END_OF_TEXT} is the token of that name wherever it stands. Transformers and vLLM read GPT-2's prompts so. Of an empty prompt it is the token that begins
     * a document, since there has to be one.
     */
    public static int[] prompt(Tokenizer tokenizer, String text) {
        if (text.isEmpty()) {
            return new int[] {tokenizer.endOfText()};
        }
        IntStream.Builder tokens = IntStream.builder();
        int from = 0;
        for (int at = text.indexOf(END_OF_TEXT); at >= 0; at = text.indexOf(END_OF_TEXT, from)) {
            IntStream.of(tokenizer.encode(text.substring(from, at))).forEach(tokens);
            tokens.add(tokenizer.endOfText());
            from = at + END_OF_TEXT.length();
        }
        IntStream.of(tokenizer.encode(text.substring(from))).forEach(tokens);
        return tokens.build().toArray();
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
