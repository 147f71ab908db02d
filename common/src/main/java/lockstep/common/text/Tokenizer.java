package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

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
     * Encodes one UTF-8 document of any length in bounded memory and linear time. The tokens are those of {@link #encode} on the whole
     * text.
     *
     * @param utf8 read to its end, not closed
     */
    void encode(InputStream utf8, TokenSink sink) throws IOException;

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
