package lockstep.coordinator.agree;

import lockstep.common.fault.FailPoints;
import lockstep.common.timing.StepTimer;
import lockstep.coordinator.call.Endpoint;

/**
 * What the parts of a step among many nodes work with.
 *
 * @param timer gets the time spent waiting for READY and COMMIT
 */
record StepTools(Endpoint endpoint, NodeState node, Updates updates, FailPoints failPoints, Patience patience, StepTimer timer) {
    /** For a message that is only noted where it arrives. */
    static final long NOTE_MS = 10_000;
}
