package lockstep.common.replica;

import java.util.List;
import java.util.Optional;

/**
 * Who trains together from here on: a generation of nodes that this one is in. The nodes of two generations may be the same, where the first one broke up and all came back, or where only the division of the work is another.
 *
 * @param generation its number, larger than that of any before
 * @param step where it begins: steps done
 * @param leads whether this node leads it
 * @param why the one before it ended; nothing where this is the first that this node is in
 * @param brokenNs for how long this node had known that, in nanoseconds
 * @param nodes by rank, the leading node first
 */
public record Membership(long generation, int step, boolean leads, Optional<String> why, long brokenNs, List<Node> nodes) {
    public Membership {
        nodes = List.copyOf(nodes);
    }

    /**
     * @param address host:port, or a name where there is but one; unique among the nodes
     * @param takesState whether it takes the state from the others in the first step
     * @param groups that it computes once it has that, ascending; none for a spare
     */
    public record Node(String address, boolean takesState, List<Integer> groups) {
        public Node {
            groups = List.copyOf(groups);
        }
    }

    /** Addresses by rank, the leading node's first. */
    public List<String> addresses() {
        return nodes.stream().map(Node::address).toList();
    }
}
