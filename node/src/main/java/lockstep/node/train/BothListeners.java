package lockstep.node.train;

import java.nio.file.Path;

import lockstep.common.replica.Membership;
import lockstep.node.evaluate.MultipleChoice.Score;

/** Tells two listeners, the first one first. */
record BothListeners(StepListener first, StepListener second) implements StepListener {
    @Override
    public void membershipChanged(Membership now) {
        first.membershipChanged(now);
        second.membershipChanged(now);
    }

    @Override
    public void started(int step, int steps) {
        first.started(step, steps);
        second.started(step, steps);
    }

    @Override
    public void validationShortened(int batches, int requestedBatches) {
        first.validationShortened(batches, requestedBatches);
        second.validationShortened(batches, requestedBatches);
    }

    @Override
    public void stepDone(StepReport report) {
        first.stepDone(report);
        second.stepDone(report);
    }

    @Override
    public void validated(int step, double lossNats) {
        first.validated(step, lossNats);
        second.validated(step, lossNats);
    }

    @Override
    public void answered(int answered, int questions) {
        first.answered(answered, questions);
        second.answered(answered, questions);
    }

    @Override
    public void examined(int step, Score score) {
        first.examined(step, score);
        second.examined(step, score);
    }

    @Override
    public void sampled(int step, String text) {
        first.sampled(step, text);
        second.sampled(step, text);
    }

    @Override
    public void checkpointed(int step, Path dir) {
        first.checkpointed(step, dir);
        second.checkpointed(step, dir);
    }

    @Override
    public void skipped(int step, String what, double z) {
        first.skipped(step, what, z);
        second.skipped(step, what, z);
    }

    @Override
    public void finished(Outcome outcome) {
        first.finished(outcome);
        second.finished(outcome);
    }
}
