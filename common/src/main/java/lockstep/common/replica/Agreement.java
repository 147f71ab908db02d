package lockstep.common.replica;

import java.util.function.Consumer;

/** How the nodes of a run come to one state after each step. For the thread of the training loop. */
public interface Agreement {
    /** What became of a step. */
    enum Result {
        /** The replica has been updated. */
        DONE,
        /** The replica may be another one now, or this node's part in the run: look at everything anew. */
        AGAIN,
        /** The replica has been updated, and the run ends here on all nodes, by request. */
        LAST,
        /** The run ends here on all nodes, by request: the replica is as it was. */
        STOPPED,
        /** This node has left the run, which the others go on with. */
        LEFT
    }

    /** Whether this node is the one that does what a run does once: validate, sample, log, write. Changes in {@link #compare}, {@link #step} and {@link #awaitEnd} alone. */
    boolean leads();

    /**
     * Once, before the first {@link #step}: has the listener told, on the thread of the training loop, of each generation that this node is in, before its first step. A node by itself is told of at once, and never again.
     */
    void follow(Replica replica, Consumer<Membership> listener);

    /**
     * Between two steps, before anything of the state is written or told: compares all of it, AdamW's moments included, among the nodes that hold it, where something of it is due.
     *
     * @return DONE where the nodes hold the same, or nothing was due; AGAIN and STOPPED as of {@link #step}
     */
    Result compare(Replica replica);

    /** Takes part in the replica's next step. */
    Result step(Replica replica);

    /**
     * The replica is at the run's end: waits until the leading node has done what is left.
     *
     * @return false when this node leads now instead
     */
    boolean awaitEnd(Replica replica);
}
