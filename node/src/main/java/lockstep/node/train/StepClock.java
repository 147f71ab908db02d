package lockstep.node.train;

/** Measures steps for their reports. Its readings go to listeners alone. */
final class StepClock {
    private final Engine engine;
    private final StepReport report = new StepReport();
    private long startNs;
    private long forwardStartNs;
    private long backwardStartNs;
    private long reducedNs;
    private long updatedNs;

    StepClock(Engine engine) {
        this.engine = engine;
    }

    /** A step begins. */
    void started() {
        startNs = now();
        forwardStartNs = engine.model().forwardNs();
        backwardStartNs = engine.model().backwardNs();
    }

    /** The averaged gradient is there. */
    void reduced() {
        reducedNs = now();
    }

    /** The weights are updated. */
    void updated() {
        updatedNs = now();
    }

    /** The step's report, in the one object of all steps. */
    StepReport report(RunPlan plan, int step, StepGradient gradient, double lossNats, double gradNorm, Decision decision) {
        long forwardNs = engine.model().forwardNs() - forwardStartNs;
        long backwardNs = engine.model().backwardNs() - backwardStartNs;
        long reduceNs = reducedNs - startNs - gradient.dataNs() - gradient.modelNs();
        report.set(step, plan.length().steps(), lossNats, decision.lossZ(), gradNorm, decision.gradZ(),
            decision.lr(), decision.updates(), gradient.dataNs(), forwardNs, backwardNs, reduceNs, updatedNs - reducedNs,
            updatedNs - startNs, plan.batch().tokensPerStep());
        return report;
    }

    private long now() {
        return engine.nanoClock().getAsLong();
    }
}
