package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;

/** Where checkpoints go. */
public interface CheckpointSink {
    /** Saves the state and returns the checkpoint's directory, complete and durable. */
    Path save(TrainingState state);

    /** As {@link #save(TrainingState)}, with the validation loss just measured at this state. */
    Path save(TrainingState state, double valLossNats);

    /** The newest complete checkpoint. */
    Optional<Path> newest();

    /** The complete checkpoint of a step, where there is one. */
    Optional<Path> at(int step);
}
