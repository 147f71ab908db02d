package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import lockstep.common.config.BatchPlan;
import lockstep.common.replica.Membership;
import lockstep.coordinator.exchange.Subtree;

/** What there is to tell people, at any time and from any thread. */
final class StatusBoard {
    private final NodeState node;

    StatusBoard(NodeState node) {
        this.node = node;
    }

    RunStatus status(BatchPlan batch) {
        Optional<Generation> current = node.standing().current();
        int step = node.whereabouts().step().orElse(0);
        return new RunStatus(current.map(Generation::number).orElse(0L), step, node.times().stepMs(), node.standing().broken(),
            current.map(generation -> nodes(generation, batch)).orElse(List.of()));
    }

    /** Once those that take the state have it. */
    static List<Membership.Node> members(Generation generation, BatchPlan batch) {
        List<List<Subtree>> shares = generation.shares(batch, generation.step() + 1);
        List<Membership.Node> members = new ArrayList<>();
        for (int rank = 0; rank < generation.nodes(); rank++) {
            Seat seat = generation.seats().get(rank);
            members.add(new Membership.Node(seat.peer().address(), seat.fetches(), groups(shares.get(rank))));
        }
        return members;
    }

    private static List<Integer> groups(List<Subtree> share) {
        return share.stream().flatMap(tree -> IntStream.range(tree.first(), tree.end()).boxed()).sorted().toList();
    }

    private List<RunStatus.Node> nodes(Generation generation, BatchPlan batch) {
        int at = node.whereabouts().step().orElse(generation.step());
        List<List<Subtree>> shares = generation.shares(batch, at);
        List<RunStatus.Node> nodes = new ArrayList<>();
        for (int rank = 0; rank < generation.nodes(); rank++) {
            Seat seat = generation.seats().get(rank);
            List<Integer> groups = groups(shares.get(rank));
            int microBatches = Shares.microBatches(batch, shares.get(rank));
            nodes.add(new RunStatus.Node(seat.peer().address(), seat.fetches() && at == generation.step(),
                node.times().microBatchMs(generation, rank) * microBatches, groups));
        }
        return nodes;
    }
}
