package lockstep.coordinator.agree;

import java.util.List;

import lockstep.common.replica.Commit;

/**
 * How a step ends, from the leader to all.
 *
 * @param after what happens next
 * @param compare whether all of the state that it leads to is compared next: the leading node writes or tells something of it
 * @param microBatchMs each rank's compute time for a micro-batch in this step, for people
 * @param leaving ranks of those that leave after this step, for people, too
 */
record CommitMessage(Proposal generation, Commit commit, After after, boolean compare, List<Double> microBatchMs, List<Integer> leaving) {
    CommitMessage {
        leaving = List.copyOf(leaving);
        microBatchMs = List.copyOf(microBatchMs);
    }

    /** The order is part of the wire's format. */
    enum After {
        /** The next step, in the same generation. */
        GO_ON,
        /** The generation is over: somebody comes or goes. */
        FORM_ANEW,
        /** The run ends: all want to. */
        STOP
    }
}
