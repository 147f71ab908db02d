package lockstep.node.generate;

import lockstep.common.UserError;

/**
 * How the next token is chosen.
 *
 * @param temperature divides the logits; 0 takes the most likely token
 * @param topK only the k most likely tokens are eligible; 0 for all
 * @param topP of those, only the most likely ones whose probabilities first reach p; 1 for all
 */
public record SamplerSettings(float temperature, int topK, float topP) {
    public SamplerSettings {
        if (!(temperature >= 0) || Float.isInfinite(temperature)) {
            throw new UserError("temperature must be a number >= 0, found " + temperature);
        }
        if (topK < 0) {
            throw new UserError("top-k must be >= 0 (0 takes all tokens), found " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new UserError("top-p must be > 0 and <= 1, found " + topP);
        }
    }

    /** Draws from the model's own distribution, as llm.c does. */
    public static SamplerSettings plain() {
        return new SamplerSettings(1f, 0, 1f);
    }
}
