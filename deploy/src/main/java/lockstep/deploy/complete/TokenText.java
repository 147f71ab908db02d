package lockstep.deploy.complete;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import lockstep.common.text.BpeVocabulary;
import lockstep.common.text.ByteSink;
import lockstep.common.text.Tokenizer;
import lockstep.common.text.Utf8Stream;

/** Tokens as text. */
public final class TokenText {
    /** A prompt spells the token that ends a document, and so begins the next, like this. */
    public static final String END_OF_TEXT = BpeVocabulary.END_OF_TEXT;

    private TokenText() {}

    /** One token; where it is a part of a character only, its bytes as OpenAI's interface writes them: {@code bytes:\xe2\x82}. */
    public static String of(Tokenizer tokenizer, int token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        decode(tokenizer, token, bytes::write);
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
            decode(tokenizer, token, stream);
        }
        stream.finish();
        return text.toString();
    }

    /** Hands over the bytes of one token. A model may have tokens behind those that its tokenizer knows, which have none. */
    public static void decode(Tokenizer tokenizer, int token, ByteSink sink) {
        if (token < tokenizer.vocabularySize()) {
            tokenizer.decode(token, sink);
        }
    }

    /**
     * Encodes a prompt as a model reads it: the text and nothing else, in which the names of special tokens, {@value #END_OF_TEXT} and those that the model adds, are these tokens wherever they stand. Transformers and vLLM read GPT-2's
     * prompts so. Of an empty prompt it is the token that begins a document, since there has to be one.
     */
    public static int[] prompt(Tokenizer tokenizer, String text) {
        return text.isEmpty() ? new int[] {tokenizer.endOfText()} : tokenizer.encodePrompt(text);
    }

    /** A conversation as it would stand in training data: after the token that begins a document, a prompt in all else. */
    public static int[] document(Tokenizer tokenizer, String text) {
        int[] encoded = tokenizer.encodePrompt(text);
        int[] tokens = new int[encoded.length + 1];
        tokens[0] = tokenizer.endOfText();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        return tokens;
    }
}
