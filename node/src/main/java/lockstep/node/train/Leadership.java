package lockstep.node.train;

import java.nio.file.Path;

/** What a node has to do for a run beside its steps: all of it while it leads, and to save what it holds where it gives up. */
@FunctionalInterface
public interface Leadership {
    /** What this node does from now on, when it leads; asked again after it has resigned. */
    Lead take(TrainingState state);

    /**
     * This node gives up a run that others may go on with: saves its state where that disturbs nobody.
     *
     * @return the checkpoint
     */
    default Path rescue(TrainingState state) {
        return take(state).beside().checkpoints().save(state);
    }
}
