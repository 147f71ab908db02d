package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;

/** Checkpoints beside a note of the run that they are of. */
final class NotedCheckpoints implements CheckpointSink {
    private final RunNote note;
    private final CheckpointSink checkpoints;
    private boolean noted;

    NotedCheckpoints(RunNote note, CheckpointSink checkpoints) {
        this.note = note;
        this.checkpoints = checkpoints;
    }

    @Override
    public Path save(TrainingState state) {
        note();
        return checkpoints.save(state);
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        note();
        return checkpoints.save(state, valLossNats);
    }

    private void note() {
        if (!noted) {
            note.write();
            noted = true;
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
