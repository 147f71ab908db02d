package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import lockstep.common.config.BatchPlan;
import lockstep.common.replica.Commit;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.member.Peer;

/**
 * Nodes that train together from one state on.
 *
 * @param proposal that it came of, with a larger number than that of any generation before
 * @param step where all of them stand when it begins
 * @param seats by rank, the leader first
 * @param catchUp for those one step behind: how that step ended
 */
record Generation(Proposal proposal, int step, List<Seat> seats, Optional<CatchUp> catchUp) {
    /**
     * @param generation in which the step was committed
     * @param after what was to come after it, as COMMIT said: where the run stops there, it does so whether the node that led lives or not
     */
    record CatchUp(Proposal generation, Commit commit, CommitMessage.After after) {}

    private static final int STEP_BITS = 32;

    Generation {
        seats = List.copyOf(seats);
    }

    long number() {
        return proposal.number();
    }

    /** Whether the run was to stop at the step where this begins, by a COMMIT whose leader has not ended it. */
    boolean stops(int atStep) {
        return atStep == step && catchUp.filter(how -> how.after() == CommitMessage.After.STOP).isPresent();
    }

    int nodes() {
        return seats.size();
    }

    List<Peer> peers() {
        return seats.stream().map(Seat::peer).toList();
    }

    /** Of nodes by rank; ranks that it doesn't have have none. */
    List<String> addresses(List<Integer> ranks) {
        return ranks.stream().filter(rank -> rank < nodes()).map(rank -> seats.get(rank).peer().address()).toList();
    }

    Peer leader() {
        return seats.getFirst().peer();
    }

    /** Its rank, or nothing where it isn't part of this. */
    Optional<Integer> rankOf(UUID id) {
        return IntStream.range(0, seats.size()).filter(rank -> seats.get(rank).peer().id().equals(id)).boxed().findFirst();
    }

    /** What each rank computes in a step: the same on all nodes. */
    List<List<Subtree>> shares(BatchPlan plan, int ofStep) {
        List<Double> costs =
            seats.stream().map(seat -> ofStep == step && seat.fetches() ? Shares.TAKES_NONE : seat.microBatchMs()).toList();
        return Shares.of(plan, costs);
    }

    /** A number for a step's all-reduce that rises from step to step and from generation to generation. */
    long round(int ofStep) {
        return number() << STEP_BITS | ofStep;
    }
}
