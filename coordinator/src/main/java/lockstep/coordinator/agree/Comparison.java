package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/**
 * Compares the whole state, moments included, among the nodes that hold it: where a generation begins, since others may take it from them then, and where the leading node writes or tells something of it next. READY compares
 * weights and gradients at each step, but only when the next step is nearly done, and says nothing of the moments. The leading node waits for what the others hold; they tell it and go on.
 */
final class Comparison {
    private final Endpoint endpoint;
    private final NodeState node;
    private final Checksums checksums;
    private boolean due;

    Comparison(Endpoint endpoint, NodeState node, Checksums checksums) {
        this.endpoint = endpoint;
        this.node = node;
        this.checksums = checksums;
    }

    /** The leading node writes or tells something of the state that the last update has led to. */
    void atNextBoundary() {
        due = true;
    }

    /**
     * A generation begins: among its nodes that have the state.
     *
     * @return whether they hold the same as far as this node has to know; else the generation has broken up
     */
    boolean begin(Replica replica, Generation generation) {
        due = false;
        return agree(replica, generation, generation.step(), holders(generation));
    }

    /** The same between two steps of a generation, among all its nodes; true where nothing is due. */
    boolean goOn(Replica replica, Generation generation) {
        if (!due) {
            return true;
        }
        due = false;
        return whole(replica, generation);
    }

    /** The same where the generation ends. */
    boolean whole(Replica replica, Generation generation) {
        return agree(replica, generation, replica.step(), IntStream.range(0, generation.nodes()).boxed().toList());
    }

    private static List<Integer> holders(Generation generation) {
        return IntStream.range(0, generation.nodes()).filter(rank -> !generation.seats().get(rank).fetches()).boxed().toList();
    }

    private boolean agree(Replica replica, Generation generation, int step, List<Integer> ranks) {
        Optional<Integer> own = generation.rankOf(endpoint.member().self().id());
        if (own.isEmpty()) {
            node.standing().breakUp("this node is known by another id now");
            return false;
        }
        return agree(replica, generation, step, new Ranks(own.get(), ranks));
    }

    /** This node's, and those of all that compare. */
    private record Ranks(int own, List<Integer> all) {}

    private boolean agree(Replica replica, Generation generation, int step, Ranks those) {
        int rank = those.own();
        List<Integer> ranks = those.all();
        boolean leads = rank == 0;
        if (ranks.size() < 2 || !leads && !ranks.contains(rank)) {
            return true;
        }
        List<Checksums.Held> all = new ArrayList<>();
        if (ranks.contains(rank)) {
            Holding own = new Holding(generation.proposal(), step, replica.stateDigest(), replica.momentsDigest());
            if (!leads) {
                return told(generation, own);
            }
            all.add(new Checksums.Held(generation.leader(), own));
        }
        List<Peer> others = ranks.stream().filter(other -> other != rank).map(other -> generation.seats().get(other).peer()).toList();
        Optional<List<Holding>> theirs = node.mail().awaitHoldings(generation, step, others);
        if (theirs.isEmpty()) {
            return false;
        }
        for (int i = 0; i < others.size(); i++) {
            all.add(new Checksums.Held(others.get(i), theirs.get().get(i)));
        }
        return checksums.agree(replica, step, all);
    }

    private boolean told(Generation generation, Holding own) {
        Reply<Boolean> noted = StepTools.note(endpoint, generation.leader(), Messages.HOLDING, own);
        if (noted instanceof Reply.Failed<Boolean>(Failure failure)) {
            node.standing().breakUp(failure.toString());
            return false;
        }
        return true;
    }
}
