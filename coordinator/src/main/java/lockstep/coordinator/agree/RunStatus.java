package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;

/**
 * A run as one node knows it at one moment.
 *
 * @param generation 0 before the first
 * @param step steps done
 * @param stepMs from the last update to the one before, 0 until there were two in a row
 * @param waitsFor why nothing is computed now, where that is so
 * @param nodes of the generation, the leading one first
 */
public record RunStatus(long generation, int step, double stepMs, Optional<String> waitsFor, List<Node> nodes) {
    public static final RunStatus NONE = new RunStatus(0, 0, 0, Optional.empty(), List.of());

    public RunStatus {
        nodes = List.copyOf(nodes);
    }

    /**
     * @param address host:port, unique among the nodes
     * @param fetches whether it takes the state from others
     * @param computeMs ms that its own micro-batches took in its last step, without waiting; 0 where that isn't known yet
     * @param groups that it computes, ascending
     */
    public record Node(String address, boolean fetches, double computeMs, List<Integer> groups) {
        public Node {
            groups = List.copyOf(groups);
        }
    }
}
