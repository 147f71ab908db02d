package lockstep.deploy.http;

/**
 * What is known of a run here and now. Asked on the endpoint's threads at any time, many at once: every answer comes from memory, waits for nothing and never
 * shows in what is computed.
 */
public interface ClusterView {
    ClusterStatus status();

    Health health();

    /** Whether this node has the state and takes part: what it waits for otherwise. */
    Readiness readiness();

    /**
     * Asks a node to leave at its next step boundary, without waiting until it has. Whoever asks has proven that it knows the secret.
     *
     * @param node a {@link NodeStatus#name}
     */
    Departure leave(String node);
}
