package lockstep.node.train;

import java.nio.file.Path;

import lockstep.common.replica.Membership;
import lockstep.node.evaluate.MultipleChoice.Score;

/**
 * Is told what the loop does, on the loop's thread. Nothing that a listener does may reach the state, so it never shows in the bits. Of many nodes the leading one is told of everything, the others of {@link #membershipChanged} alone.
 */
public interface StepListener {
    /**
     * This node is in another generation of nodes from here on: some have come, gone or been lost, or the work is divided anew. In a run of one process once, before {@link #started}, with that one node.
     */
    default void membershipChanged(Membership now) {}

    /**
     * Once, before anything else that is done; on a node that comes to lead, when it does.
     *
     * @param step steps done so far: 0, or where a resumed run goes on
     * @param steps of the whole run
     */
    default void started(int step, int steps) {}

    /** Once, after {@link #started}, where the validation data has fewer batches than were asked for. */
    default void validationShortened(int batches, int requestedBatches) {}

    /** @param report the loop's own: it holds the next step's values later, keep a copy */
    default void stepDone(StepReport report) {}

    /** @param step steps done before the measurement */
    default void validated(int step, double lossNats) {}

    /**
     * The model has answered one more question of an examination.
     *
     * @param answered from 1 on
     * @param questions of the examination
     */
    default void answered(int answered, int questions) {}

    /** @param step steps done before the examination */
    default void examined(int step, Score score) {}

    default void sampled(int step, String text) {}

    default void checkpointed(int step, Path dir) {}

    /**
     * Before {@link #stepDone} of a step whose update the spike rule skipped.
     *
     * @param step as in {@link StepReport#step}
     * @param what {@code "loss"} or {@code "gradient norm"}
     */
    default void skipped(int step, String what, double z) {}

    default void finished(Outcome outcome) {}

    /** A listener that tells both, the first one first. */
    static StepListener both(StepListener first, StepListener second) {
        return new BothListeners(first, second);
    }
}
