package lockstep.deploy.complete;

import java.util.List;

/** Hears of a completion while it comes about, on the thread that computes. */
public interface CompletionListener {
    /**
     * The prompt was read, before anything is added.
     *
     * @param prompt its tokens, where their probabilities were asked for; else empty
     */
    default void read(List<CompletedToken> prompt) {}

    /**
     * Text that was added and stays.
     *
     * @param text whole characters; empty where tokens come that have none
     * @param tokens that begin in it
     */
    void added(String text, List<CompletedToken> tokens);

    /** Asked before each token and between parts of a long prompt: whether more is wanted. */
    boolean goesOn();
}
