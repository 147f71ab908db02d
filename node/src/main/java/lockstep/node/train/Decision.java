package lockstep.node.train;

/**
 * What becomes of a step's gradient.
 *
 * @param lossZ z-score of the loss, NaN until its window is full
 * @param gradZ z-score of the gradient norm, NaN until its window is full
 * @param gradScale what clipping multiplies the gradient by
 */
record Decision(double lossZ, double gradZ, float lr, float gradScale, Verdict verdict) {
    enum Verdict {
        UPDATE, SKIP_LOSS, SKIP_GRADIENT
    }

    /** Takes loss and norm into the state's windows, then decides. A pure function of plan, state and result. */
    static Decision of(RunPlan plan, TrainingState state, StepGradient.Result result) {
        double lossZ = state.lossWindow().update(result.lossNats());
        double gradZ = state.gradWindow().update(result.gradNorm());
        Verdict verdict = Verdict.UPDATE;
        if (plan.spikes().skipsLoss(lossZ)) {
            verdict = Verdict.SKIP_LOSS;
        } else if (plan.spikes().skipsGradient(gradZ)) {
            verdict = Verdict.SKIP_GRADIENT;
        }
        return new Decision(lossZ, gradZ, plan.schedule().lr(state.step()), plan.adamW().gradScale(result.gradNorm()), verdict);
    }

    boolean updates() {
        return verdict == Verdict.UPDATE;
    }
}
