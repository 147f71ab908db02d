package lockstep.coordinator.agree;

import lockstep.common.replica.Commit;

/**
 * How a step ends, from the leader to all.
 *
 * @param after what happens next
 */
record CommitMessage(long generation, Commit commit, After after) {
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
