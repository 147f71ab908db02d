package lockstep.node.train;

import java.nio.file.Path;

/** Tells two listeners, the first one first. */
record BothListeners(StepListener first, StepListener second) implements StepListener {
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
