package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.Retention;

/** Checkpoints in a run's directory; old ones go when a new one is complete. */
public final class StoredCheckpoints implements CheckpointSink {
    private final CheckpointStore store;
    private final Retention retention;
    private final String tokenizer;

    /** @param tokenizer name of the tokenizer that made the data */
    public StoredCheckpoints(CheckpointStore store, Retention retention, String tokenizer) {
        this.store = store;
        this.retention = retention;
        this.tokenizer = tokenizer;
    }

    @Override
    public Path save(TrainingState state) {
        Path dir = store.save(state.snapshot(tokenizer));
        store.rotate(retention);
        return dir;
    }

    @Override
    public Path save(TrainingState state, double valLossNats) {
        Path dir = store.save(state.snapshot(tokenizer), valLossNats);
        store.rotate(retention);
        return dir;
    }

    @Override
    public Optional<Path> newest() {
        return store.newestComplete();
    }

    @Override
    public Optional<Path> at(int step) {
        return newest().filter(dir -> CheckpointStore.step(dir).equals(OptionalInt.of(step)));
    }
}
