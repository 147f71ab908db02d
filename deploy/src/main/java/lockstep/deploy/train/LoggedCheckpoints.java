package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.node.train.CheckpointSink;
import lockstep.node.train.TrainingState;

/**
 * Checkpoints that no log falls behind of: its lines up to that step are durable first.
 *
 * @param force makes them so
 */
record LoggedCheckpoints(Runnable force, CheckpointSink checkpoints) implements CheckpointSink {
    @Override
    public Path save(TrainingState state) {
        force.run();
        return checkpoints.save(state);
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        force.run();
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
