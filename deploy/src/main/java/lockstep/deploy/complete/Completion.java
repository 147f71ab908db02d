package lockstep.deploy.complete;

import java.util.List;

/**
 * What became of a prompt.
 *
 * @param text that was added, without the stop sequence
 * @param prompt its tokens, where their probabilities were asked for; else empty
 * @param tokens of the text, offsets within it; behind them the one that ends the document, where one does, which has no part in the text
 * @param drawn how many tokens were drawn, those of the stop included
 */
public record Completion(String text, List<CompletedToken> prompt, List<CompletedToken> tokens, int drawn, Finish finish) {
    /** Why a text ends. */
    public enum Finish {
        /** As many tokens as were asked for. */
        LENGTH,
        /** A stop sequence came. */
        STOP,
        /** The model ended the document. */
        END,
        /** Nobody wanted more. */
        CANCELLED
    }
}
