package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.node.train.CheckpointSink;
import lockstep.node.train.TrainingState;

/** Checkpoints into a directory as long as it is this node's. */
record HeldCheckpoints(RunHome home, CheckpointSink checkpoints) implements CheckpointSink {
    @Override
    public Path save(TrainingState state) {
        requireHeld();
        return checkpoints.save(state);
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        requireHeld();
        return checkpoints.save(state, valLossNats);
    }

    private void requireHeld() {
        if (!home.isHeld()) {
            throw new UserError(home.path() + ": another node leads the run and writes there now: this one was stopped or cut off too long."
                + " Start it again with --join to have it take part");
        }
    }

    @Override
    public Optional<Path> newest() {
        return checkpoints.newest();
    }

    @Override
    public Optional<Path> at(int step) {
        return checkpoints.at(step);
    }
}
