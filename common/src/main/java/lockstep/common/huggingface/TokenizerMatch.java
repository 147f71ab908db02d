package lockstep.common.huggingface;

import java.util.List;

import lockstep.common.text.AddedToken;

/** What the files beside a model's weights say of a tokenizer of ours. */
public sealed interface TokenizerMatch {
    /**
     * No file says anything of its tokens: the size of the vocabulary has to do.
     *
     * @param added tokens that stand in a prompt by their names
     */
    record Unknown(List<AddedToken> added) implements TokenizerMatch {}

    /**
     * The files describe it, token by token and merge by merge.
     *
     * @param added tokens that stand in a prompt by their names, most of them behind its own
     */
    record Same(List<AddedToken> added) implements TokenizerMatch {}

    /** @param reason the file, the field, what was found and what this tokenizer has */
    record Different(String reason) implements TokenizerMatch {}
}
