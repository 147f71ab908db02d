package lockstep.common.huggingface;

/** What the files beside a model's weights say of a tokenizer of ours. */
public sealed interface TokenizerMatch {
    /** No file says anything: the size of the vocabulary has to do. */
    record Unknown() implements TokenizerMatch {}

    /** The files describe it, token by token and merge by merge; they may have more tokens. */
    record Same() implements TokenizerMatch {}

    /** @param reason the file, the field, what was found and what this tokenizer has */
    record Different(String reason) implements TokenizerMatch {}
}
