package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.text.Tokenizer;

/** The tokenizer of a model that lies on disk. */
public final class Tokenizers {
    private static final int GPT2_VOCABULARY = 50257;
    private static final int BYTES_VOCABULARY = 256;

    private Tokenizers() {}

    /** The tokenizer whose vocabulary has this size, if there is one. */
    public static Optional<String> ofVocabulary(int V) {
        return switch (V) {
            case GPT2_VOCABULARY -> Optional.of("gpt2");
            case BYTES_VOCABULARY -> Optional.of("bytes");
            default -> Optional.empty();
        };
    }

    /**
     * @param model file that is named where the vocabularies differ
     * @throws UserError when there is no such tokenizer, or the model has another vocabulary
     */
    public static Tokenizer named(String name, Path model, int V) {
        Tokenizer tokenizer = Tokenizer.named(Expect.oneOf("--tokenizer", name, Tokenizer.NAMES));
        if (tokenizer.vocabularySize() != V) {
            throw new UserError(
                "--tokenizer: found " + name + " with " + tokenizer.vocabularySize() + " tokens, expected the " + V + " of " + model);
        }
        return tokenizer;
    }
}
