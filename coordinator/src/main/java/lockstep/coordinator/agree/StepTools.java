package lockstep.coordinator.agree;

import lockstep.common.fault.FailPoints;
import lockstep.common.timing.StepTimer;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.call.Service;
import lockstep.coordinator.member.Peer;

/**
 * What the parts of a step among many nodes work with.
 *
 * @param timer gets the time spent waiting for READY and COMMIT
 */
record StepTools(Endpoint endpoint, NodeState node, Updates updates, FailPoints failPoints, StepTimer timer) {
    /** Has a peer note something, which it does at once or after the update that it is in. */
    static <Q> Reply<Boolean> note(Endpoint endpoint, Peer peer, Service<Q, Boolean> service, Q what) {
        return endpoint.callPatiently(peer, service, what).await();
    }
}
