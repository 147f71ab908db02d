package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.node.train.CheckpointSink;
import lockstep.node.train.TrainingState;

/** Checkpoints that no log falls behind of: its lines up to that step are durable first. */
record LoggedCheckpoints(RunLogs logs, CheckpointSink checkpoints) implements CheckpointSink {
    @Override
    public Path save(TrainingState state) {
        logs.force();
        return checkpoints.save(state);
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        logs.force();
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
