package lockstep.node.train;

import lockstep.common.timing.Phase;
import lockstep.common.timing.StepTimer;

/** Measures steps, for the {@link StepTimer} of the process and for reports. Its readings go to people alone. */
final class StepClock {
    /** What only who brings nodes together can see. */
    private static final Phase[] UNSEEN = {Phase.EXCHANGE_WAIT, Phase.COMMIT_WAIT, Phase.EXCHANGE_SERVICE};

    private final Engine engine;
    private final StepTimer timer;
    private final StepReport report = new StepReport();
    private long startNs;
    private long forwardStartNs;
    private long reducedNs;

    StepClock(Engine engine) {
        this.engine = engine;
        this.timer = engine.timer();
    }

    /** A step begins. */
    void started() {
        timer.stepBegan();
        timer.begin(Phase.STEP);
        startNs = now();
        forwardStartNs = engine.model().forwardNs();
    }

    /** The averaged gradient is there. */
    void reduced() {
        reducedNs = now();
    }

    /** The weights are updated: the step's times are what they are. */
    void updated(StepGradient gradient) {
        long updatedNs = now();
        timer.end(Phase.STEP);
        long forwardNs = engine.model().forwardNs() - forwardStartNs;
        long waitNs = timer.spentNs(Phase.EXCHANGE_WAIT) + timer.spentNs(Phase.COMMIT_WAIT);
        long reduceNs = reducedNs - startNs - gradient.dataNs() - gradient.modelNs() - waitNs;
        report.setTimes(gradient.dataNs(), forwardNs, gradient.modelNs() - forwardNs, reduceNs, waitNs, updatedNs - reducedNs,
            updatedNs - startNs);
        count();
    }

    private void count() {
        timer.count(Phase.STEP, report.stepNs());
        timer.count(Phase.COMPUTE, report.stepNs() - report.waitNs());
        timer.count(Phase.DATA, report.dataNs());
        timer.count(Phase.FORWARD, report.forwardNs());
        timer.count(Phase.BACKWARD, report.backwardNs());
        timer.count(Phase.REDUCE, report.reduceNs());
        timer.count(Phase.ADAMW, report.adamwNs());
        for (Phase unseen : UNSEEN) {
            if (timer.spentNs(unseen) > 0) { // a node by itself waits for nobody, and counts no zeros
                timer.count(unseen, timer.spentNs(unseen));
            }
        }
        timer.stepDone();
    }

    /** The step's report, in the one object of all steps. */
    StepReport report(RunPlan plan, int step, double lossNats, double gradNorm, Decision decision) {
        report.set(step, plan.length().steps(), lossNats, decision.lossZ(), gradNorm, decision.gradZ(),
            decision.lr(), decision.updates(), plan.batch().tokensPerStep());
        return report;
    }

    private long now() {
        return engine.nanoClock().getAsLong();
    }
}
