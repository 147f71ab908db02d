package lockstep.node.train;

/** Measures one step for its report. Its readings go to listeners alone. */
final class StepClock {
    private final Engine engine;
    private final long startNs;
    private final long forwardStartNs;
    private final long backwardStartNs;
    private long reducedNs;
    private long updatedNs;

    /** Starts. */
    StepClock(Engine engine) {
        this.engine = engine;
        this.startNs = now();
        this.forwardStartNs = engine.model().forwardNs();
        this.backwardStartNs = engine.model().backwardNs();
    }

    /** The averaged gradient is there. */
    void reduced() {
        reducedNs = now();
    }

    /** The weights are updated. */
    void updated() {
        updatedNs = now();
    }

    StepReport report(RunPlan plan, int step, StepGradient.Result result, Decision decision, StepGradient gradient) {
        long forwardNs = engine.model().forwardNs() - forwardStartNs;
        long backwardNs = engine.model().backwardNs() - backwardStartNs;
        long reduceNs = reducedNs - startNs - gradient.dataNs() - gradient.modelNs();
        return new StepReport(step, plan.length().steps(), result.lossNats(), decision.lossZ(), result.gradNorm(), decision.gradZ(),
            decision.lr(), decision.updates(), gradient.dataNs(), forwardNs, backwardNs, reduceNs, updatedNs - reducedNs,
            updatedNs - startNs, plan.batch().tokensPerStep());
    }

    private long now() {
        return engine.nanoClock().getAsLong();
    }
}
