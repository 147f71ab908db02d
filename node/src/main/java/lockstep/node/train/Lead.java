package lockstep.node.train;

import java.util.OptionalInt;

/**
 * What the leading node does for all.
 *
 * @param beside what the loop calls on beside training
 * @param listener is told what happens
 * @param stop cuts short what takes long
 * @param reported the last step that the logs tell of, where there are logs: a leader that died may have committed one more
 * @param resign called when another node leads from now on
 */
public record Lead(Beside beside, StepListener listener, StopFlag stop, OptionalInt reported, Runnable resign) {
    /** Of a node that leads from the first step to the last. */
    static Lead forever(Beside beside, StepListener listener, StopFlag stop) {
        return new Lead(beside, listener, stop, OptionalInt.empty(), () -> {});
    }
}
