package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

import lockstep.common.UserError;

/** Text to tokens and back. Implementations hold no state: any thread may use one. */
public interface Tokenizer {
    /** Every name that {@link #named} knows. */
    List<String> NAMES = List.of(Gpt2Tokenizer.NAME, BytesTokenizer.NAME);

    /** What {@link #named} takes, and what a checkpoint remembers. */
    String name();

    /** Tokens are 0 up to this, exclusive. */
    int vocabularySize();

    /** The token that stands before every document. */
    int endOfText();

    /** Ordinary encoding: the names of special tokens are plain text. */
    int[] encode(String text);

    /**
     * Encodes a text in which the names of special tokens are those tokens, as a prompt may have them.
     *
     * @throws UserError where the text names a token that the model lacks
     */
    default int[] encodePrompt(String text) {
        return new AddedTokens(List.of(AddedToken.endOfText(endOfText())), vocabularySize()).encode(text, this::encode);
    }

    /**
     * Cuts one UTF-8 document of any length into chunks, in bounded memory. Their tokens, one after the other, are those of {@link #encode} on the whole text.
     *
     * @param utf8 read as chunks are asked for, not closed
     */
    TextChunks chunks(InputStream utf8);

    /**
     * Encodes one UTF-8 document of any length on this thread, in bounded memory and linear time.
     *
     * @param utf8 read to its end, not closed
     */
    default void encode(InputStream utf8, TokenSink sink) throws IOException {
        TextChunks chunks = chunks(utf8);
        for (Optional<TextChunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
            int[] tokens = chunk.get().encode();
            sink.accept(tokens, 0, tokens.length);
        }
    }

    /**
     * Hands over the raw bytes of one token, which need not be whole characters.
     *
     * @throws IllegalArgumentException when the token is not below {@link #vocabularySize}
     */
    void decode(int token, ByteSink sink);

    /** @throws UserError when there is no such tokenizer, with the ones that there are */
    static Tokenizer named(String name) {
        return switch (name) {
            case Gpt2Tokenizer.NAME -> Gpt2Tokenizer.create();
            case BytesTokenizer.NAME -> new BytesTokenizer();
            default -> throw new UserError("unknown tokenizer: " + name + ", expected one of " + NAMES);
        };
    }
}
