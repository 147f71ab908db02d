package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a run ended on this node.
 *
 * @param step steps done
 * @param checkpoint newest complete checkpoint, of that step, where this node wrote it
 */
public record Outcome(End end, int step, Optional<Path> checkpoint) {
    public enum End {
        /** All steps are done. */
        COMPLETED,
        /** {@code --stop-after} was reached. */
        STOPPED_AFTER,
        /** The {@link StopFlag} was raised. */
        STOPPED_BY_FLAG,
        /** This node has left; the others go on. */
        LEFT
    }

    public Outcome(End end, int step, Path checkpoint) {
        this(end, step, Optional.of(checkpoint));
    }
}
