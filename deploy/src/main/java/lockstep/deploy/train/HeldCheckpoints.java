package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.node.train.CheckpointSink;
import lockstep.node.train.TrainingState;

/** Checkpoints into a directory as long as it is this node's. */
record HeldCheckpoints(RunHome home, CheckpointSink checkpoints) implements CheckpointSink {
    @Override
    public Path save(TrainingState state) {
        home.requireHeld();
        return checkpoints.save(state);
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        home.requireHeld();
        return checkpoints.save(state, valLossNats);
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
