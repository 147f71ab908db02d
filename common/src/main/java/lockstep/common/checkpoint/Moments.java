package lockstep.common.checkpoint;

/** Told of each step that a save or a deletion has taken, so that a test can end the process right there. */
@FunctionalInterface
interface Moments {
    void passed(String moment);
}
