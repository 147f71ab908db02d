package lockstep.node.train;

import java.nio.file.Path;

/**
 * How a run ended.
 *
 * @param step steps done
 * @param checkpoint newest complete checkpoint, of that step
 */
public record Outcome(End end, int step, Path checkpoint) {
    public enum End {
        /** All steps are done. */
        COMPLETED,
        /** {@code --stop-after} was reached. */
        STOPPED_AFTER,
        /** The {@link StopFlag} was raised. */
        STOPPED_BY_FLAG
    }
}
