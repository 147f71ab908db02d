package lockstep.common.text;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tokenizer of ours with the tokens that a model has behind it. Ordinary text is encoded as ever; a prompt may name the others, and they decode to their names. An id between them that has no name has no text. */
public final class ExtendedTokenizer implements Tokenizer {
    private final Tokenizer base;
    private final AddedTokens added;
    private final int size;

    /**
     * @param tokens some may be the base's own, which are looked for in a prompt before it is cut any other way
     * @param modelVocabulary how many tokens the model has; it can't be given those beyond
     */
    public ExtendedTokenizer(Tokenizer base, List<AddedToken> tokens, int modelVocabulary) {
        this.base = base;
        List<AddedToken> all = new ArrayList<>(tokens);
        if (tokens.stream().noneMatch(token -> token.id() == base.endOfText())) {
            all.add(AddedToken.endOfText(base.endOfText()));
        }
        this.added = new AddedTokens(all, modelVocabulary);
        this.size = tokens.stream().mapToInt(token -> token.id() + 1).filter(end -> end <= modelVocabulary).reduce(base.vocabularySize(),
            Math::max);
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public int vocabularySize() {
        return size;
    }

    @Override
    public int endOfText() {
        return base.endOfText();
    }

    @Override
    public int[] encode(String text) {
        return base.encode(text);
    }

    @Override
    public int[] encodePrompt(String text) {
        return added.encode(text, base::encode);
    }

    @Override
    public TextChunks chunks(InputStream utf8) {
        return base.chunks(utf8);
    }

    @Override
    public void decode(int token, ByteSink sink) {
        if (token < base.vocabularySize()) {
            base.decode(token, sink);
            return;
        }
        if (token >= size) {
            throw new IllegalArgumentException("token must be in 0.." + (size - 1) + ": token=" + token);
        }
        Optional<AddedToken> named = added.withId(token);
        byte[] bytes = named.map(AddedToken::text).orElse("").getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
    }
}
