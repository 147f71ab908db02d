package lockstep.coordinator.agree;

import lockstep.common.fault.FailPoints;
import lockstep.common.timing.StepTimer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.call.Service;
import lockstep.coordinator.member.Peer;

/**
 * What the parts of a step among many nodes work with.
 *
 * @param timer gets the time spent waiting for READY and COMMIT
 */
record StepTools(Endpoint endpoint, NodeState node, Updates updates, FailPoints failPoints, Patience patience, StepTimer timer) {
    /** For a message that is only noted where it arrives. */
    static final long NOTE_MS = 10_000;

    /** Has a peer note something. */
    static <Q> Reply<Boolean> note(Endpoint endpoint, Peer peer, Service<Q, Boolean> service, Q what) {
        return endpoint.ask(peer, service, what, Deadline.afterMs(NOTE_MS));
    }
}
