package lockstep.node.kernel;

/**
 * The scalars of one AdamW step: g = gradScale·grad; m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; p −= lr·((m·correction1) / (√(v·correction2) + ε) + decay·p).
 * Set anew at each step, since a step makes no objects.
 */
public final class AdamWFactors {
    final float beta1;
    final float beta2;
    final float eps;
    /** Weight decay of the values that these factors are for. */
    final float decay;
    float correction1;
    float correction2;
    float lr;
    float gradScale;

    public AdamWFactors(float beta1, float beta2, float eps, float decay) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
        this.decay = decay;
    }

    /**
     * @param correction1 1 / (1 − β1ᵗ)
     * @param correction2 1 / (1 − β2ᵗ)
     * @param lr learning rate
     * @param gradScale what clipping multiplies the gradient by
     */
    public AdamWFactors set(float correction1, float correction2, float lr, float gradScale) {
        this.correction1 = correction1;
        this.correction2 = correction2;
        this.lr = lr;
        this.gradScale = gradScale;
        return this;
    }
}
