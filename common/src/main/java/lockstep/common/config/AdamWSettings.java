package lockstep.common.config;

import lockstep.common.UserError;

/**
 * AdamW's numbers, the learning rate apart.
 *
 * @param gradClip largest global L2 norm that a gradient may have before it is scaled down; {@link Float#POSITIVE_INFINITY} never clips
 */
public record AdamWSettings(float beta1, float beta2, float eps, float weightDecay, Decay decay, float gradClip) {
    /** llm.c's and nanoGPT's recipe. */
    public static final AdamWSettings DEFAULT = new AdamWSettings(0.9f, 0.95f, 1e-8f, 0.1f, Decay.MATRICES, 1.0f);

    public AdamWSettings {
        Check.belowOne("--beta1", beta1);
        Check.belowOne("--beta2", beta2);
        Check.positiveFinite("--eps", eps);
        if (!(weightDecay >= 0 && weightDecay < Float.POSITIVE_INFINITY)) {
            throw new UserError("--weight-decay must be a number >= 0, found " + weightDecay);
        }
        if (!(gradClip > 0)) {
            throw new UserError("--grad-clip must be > 0, found " + gradClip);
        }
    }

    /** What gradients are multiplied by before the update: 1, or gradClip / gradNorm where the norm is larger than that. */
    public float gradScale(double gradNorm) {
        return gradNorm > gradClip ? (float) (gradClip / gradNorm) : 1.0f;
    }
}
