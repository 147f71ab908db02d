package lockstep.deploy.train;

import java.nio.file.Path;

import lockstep.node.evaluate.MultipleChoice.Score;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/**
 * Logs of a directory as long as it is this process's: before each line it asks the file system whether it is. A node that was cut off, and goes on alone while another one has taken the directory, would else write each line
 * a second time. It is the agreement of the nodes that acts upon it, before the next step; who trains alone has none, and ends.
 */
record HeldLogs(RunHome home, Leading.Company company, StepListener logs) implements StepListener {
    @Override
    public void started(int step, int steps) {
        if (isHeld()) {
            logs.started(step, steps);
        }
    }

    @Override
    public void stepDone(StepReport report) {
        if (isHeld()) {
            logs.stepDone(report);
        }
    }

    @Override
    public void validated(int step, double lossNats) {
        if (isHeld()) {
            logs.validated(step, lossNats);
        }
    }

    @Override
    public void examined(int step, Score score) {
        if (isHeld()) {
            logs.examined(step, score);
        }
    }

    @Override
    public void skipped(int step, String what, double z) {
        if (isHeld()) {
            logs.skipped(step, what, z);
        }
    }

    @Override
    public void sampled(int step, String text) {
        if (isHeld()) {
            logs.sampled(step, text);
        }
    }

    @Override
    public void checkpointed(int step, Path dir) {
        if (isHeld()) {
            logs.checkpointed(step, dir);
        }
    }

    @Override
    public void finished(Outcome outcome) {
        if (isHeld()) {
            logs.finished(outcome);
        }
    }

    private boolean isHeld() {
        if (company == Leading.Company.ALONE) {
            home.requireHeld();
            return true;
        }
        return home.isHeld();
    }
}
