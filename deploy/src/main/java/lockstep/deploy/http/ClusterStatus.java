package lockstep.deploy.http;

import java.util.List;

/**
 * A run at one moment.
 *
 * @param runId the same on all nodes, and on no other run; empty until the run has begun
 * @param generation rises whenever the set of nodes that train changes; 0 where it can't
 * @param step steps done
 * @param steps of the whole run, 0 until they are known
 * @param nodes oldest first
 */
public record ClusterStatus(String runId, long generation, int step, int steps, List<NodeStatus> nodes) {
    public ClusterStatus {
        nodes = List.copyOf(nodes);
    }
}
