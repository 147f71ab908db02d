package lockstep.node.train;

/** What becomes of a step's gradient. One object decides step after step. */
final class Decision {
    enum Verdict {
        UPDATE, SKIP_LOSS, SKIP_GRADIENT
    }

    private double lossZ;
    private double gradZ;
    private float lr;
    private float gradScale;
    private Verdict verdict = Verdict.UPDATE;

    /** Takes loss and norm into the state's windows, then decides: by nothing but plan, state, loss and norm. */
    void decide(RunPlan plan, TrainingState state, double lossNats, double gradNorm) {
        lossZ = state.lossWindow().update(lossNats);
        gradZ = state.gradWindow().update(gradNorm);
        verdict = Verdict.UPDATE;
        if (plan.spikes().skipsLoss(lossZ)) {
            verdict = Verdict.SKIP_LOSS;
        } else if (plan.spikes().skipsGradient(gradZ)) {
            verdict = Verdict.SKIP_GRADIENT;
        }
        lr = plan.schedule().lr(state.step());
        gradScale = plan.adamW().gradScale(gradNorm);
    }

    /** Z-score of the loss, NaN until its window is full. */
    double lossZ() {
        return lossZ;
    }

    /** Z-score of the gradient norm, NaN until its window is full. */
    double gradZ() {
        return gradZ;
    }

    float lr() {
        return lr;
    }

    /** What clipping multiplies the gradient by. */
    float gradScale() {
        return gradScale;
    }

    Verdict verdict() {
        return verdict;
    }

    boolean updates() {
        return verdict == Verdict.UPDATE;
    }
}
