package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.PatientCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/**
 * The end of a generation that some nodes leave by their own wish. All its nodes compare what they hold first: a node that leaves tells the hash of its weights, and it goes only when the leading node lives and says so, since
 * it may else be the last one with the state.
 */
final class Parting {
    private final Endpoint endpoint;
    private final NodeState node;
    private final Comparison comparison;

    /**
     * The leading node's word that all nodes hold the same.
     *
     * @param generation that ends
     * @param leaves whether the node that gets this leaves
     */
    record Farewell(Proposal generation, boolean leaves) {}

    Parting(Endpoint endpoint, NodeState node, Comparison comparison) {
        this.endpoint = endpoint;
        this.node = node;
        this.comparison = comparison;
    }

    /** Serves before the endpoint opens. */
    void serve() {
        endpoint.serve(Messages.PARTED, this::parted);
    }

    private Answer<Boolean> parted(Peer from, Farewell farewell, Deadline deadline) {
        return node.standing().part(from, farewell);
    }

    /**
     * @param leaving ranks
     * @return LEFT on a node that leaves; DONE on one that stays, also where that was to leave and the generation has broken up before
     */
    Result part(Replica replica, List<Integer> leaving) {
        Optional<Generation> now = node.standing().current().filter(_ -> node.standing().broken().isEmpty());
        if (now.isEmpty() || !comparison.whole(replica, now.get())) {
            return Result.DONE;
        }
        Generation generation = now.get();
        if (generation.leader().equals(endpoint.member().self())) {
            dismiss(generation, leaving);
            if (leaving.contains(0)) {
                node.standing().enter(Standing.Phase.LEAVING);
            }
        } else {
            node.standing().awaitParting();
        }
        return node.standing().phase() == Standing.Phase.LEAVING ? Result.LEFT : Result.DONE;
    }

    private void dismiss(Generation generation, List<Integer> leaving) {
        List<PatientCall<Boolean>> calls = new ArrayList<>();
        for (int rank = 1; rank < generation.nodes(); rank++) {
            calls.add(endpoint.callPatiently(generation.seats().get(rank).peer(), Messages.PARTED,
                new Farewell(generation.proposal(), leaving.contains(rank))));
        }
        for (PatientCall<Boolean> call : calls) {
            if (call.await() instanceof Reply.Failed<Boolean>(Failure failure)) {
                node.standing().breakUp(failure.toString());
            }
        }
    }
}
