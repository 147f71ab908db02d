package lockstep.node.train;

import java.util.Optional;

import lockstep.node.evaluate.MultipleChoice.Score;

/** Has the model answer questions between two steps. */
@FunctionalInterface
public interface Examination {
    /**
     * @param listener hears of each answer
     * @return nothing where the flag was raised before the last answer
     */
    Optional<Score> examine(StopFlag stop, StepListener listener);

    /** For runs that ask nothing. */
    static Examination none() {
        return (_, _) -> Optional.empty();
    }
}
