package lockstep.deploy.http;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One node at one moment.
 *
 * @param name unique in the run, what {@code cluster leave} takes
 * @param address host:port that the node listens on
 * @param step steps that this node has done
 * @param tokensPerSecond of its last step, all of the run's tokens in it; 0 before the first
 * @param computeMs ms that its own groups took in its last step, without any waiting for others, so that a straggler shows; 0 before the first
 * @param groups of micro-batches that it computes, ascending
 */
public record NodeStatus(String name, String address, Role role, int step, double tokensPerSecond, double computeMs, List<Integer> groups) {
    /** What a node does in the run. */
    public enum Role {
        /** Trains, decides each step and writes what belongs to the whole run. */
        @JsonProperty("coordinator")
        COORDINATOR,
        /** Trains. */
        @JsonProperty("follower")
        FOLLOWER,
        /** Holds the weights and waits, since there are more nodes than groups. */
        @JsonProperty("spare")
        SPARE,
        /** Takes over the state of the others, and trains afterwards. */
        @JsonProperty("joining")
        JOINING
    }

    public NodeStatus {
        groups = List.copyOf(groups);
    }
}
