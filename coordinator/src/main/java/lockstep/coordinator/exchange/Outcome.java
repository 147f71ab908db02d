package lockstep.coordinator.exchange;

import lockstep.coordinator.call.Failure;

/** How an all-reduce ended on this node. */
public sealed interface Outcome {
    /** The result holds the sums, and all peers have taken what they need from here: every array may be overwritten. */
    record Complete() implements Outcome {}

    /** What was reduced so far is of no use by itself. */
    record Failed(Failure failure) implements Outcome {}
}
