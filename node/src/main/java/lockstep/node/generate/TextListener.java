package lockstep.node.generate;

/** Hears of a text while it comes about, on the thread that computes. What is handed over holds during the call alone. */
@FunctionalInterface
public interface TextListener {
    /**
     * A token was drawn.
     *
     * @param logits (V) that it was drawn from
     * @return whether more are wanted
     */
    boolean drawn(int token, float[] logits);

    /** Asked before each part of the prompt ({@link Generator#ROWS} tokens), since to read a long one takes a while: whether to go on. */
    default boolean goesOn() {
        return true;
    }

    /** Whether {@link #promptRead} is to be called, for which all of the prompt is read, and logits computed after each of its tokens. */
    default boolean wantsPrompt() {
        return false;
    }

    /**
     * A token of the prompt was read.
     *
     * @param index of the token in the prompt
     * @param logits (V) after it, of the token that comes next
     */
    default void promptRead(int index, float[] logits) {}
}
