package lockstep.deploy.complete;

import java.util.List;

import lockstep.node.generate.SamplerSettings;

/**
 * How a prompt is continued.
 *
 * @param maxTokens that are drawn at most; 0 where the prompt's own probabilities are all that is wanted
 * @param stops the text ends before the first of these
 * @param end what the token that ends a document does
 * @param probabilities of what, and with how many others
 */
public record CompletionSettings(int maxTokens, SamplerSettings sampler, List<String> stops, End end, Probabilities probabilities) {
    /** What the token that ends a document does. */
    public enum End {
        /** The text ends there. */
        STOPS,
        /** The model goes on with another document. */
        GOES_ON
    }

    /** Which tokens' probabilities are kept. */
    public enum Of {
        /** No token's, which saves the time. */
        NONE,
        /** Those of the tokens that were drawn. */
        DRAWN,
        /** Those of the prompt's tokens, too. */
        ALL
    }

    /** @param top how many of the most likely tokens are told at each place */
    public record Probabilities(Of of, int top) {
        public static final Probabilities NONE = new Probabilities(Of.NONE, 0);
    }

    public CompletionSettings {
        stops = List.copyOf(stops);
    }
}
