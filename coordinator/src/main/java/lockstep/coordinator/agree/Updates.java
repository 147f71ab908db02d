package lockstep.coordinator.agree;

import java.util.List;

import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Replica;

/** The end of a step on each node, whoever decided it. */
final class Updates {
    static final String NODES_CHANGE = "the nodes, or their shares, change";

    private final NodeState node;
    private final Runnable compareNext;
    private final Parting parting;
    private final ClusterListener listener;

    /** @param compareNext called where the leading node writes or tells something of the state that an update has led to */
    Updates(NodeState node, Runnable compareNext, Parting parting, ClusterListener listener) {
        this.node = node;
        this.compareNext = compareNext;
        this.parting = parting;
        this.listener = listener;
    }

    /** Does what a COMMIT says. */
    Result apply(Replica replica, CommitMessage message) {
        if (!apply(replica, new Generation.CatchUp(message.generation(), message.commit(), message.after()), message.microBatchMs())) {
            return Result.AGAIN;
        }
        if (!message.leaving().isEmpty()) {
            node.standing().current().filter(generation -> generation.proposal().equals(message.generation()))
                .ifPresent(generation -> listener.leaving(generation.addresses(message.leaving())));
        }
        if (message.compare()) {
            compareNext.run();
        }
        return switch (message.after()) {
            case GO_ON -> Result.DONE;
            case FORM_ANEW -> {
                Result result = message.leaving().isEmpty() ? Result.DONE : parting.part(replica, message.leaving());
                node.standing().breakUp(NODES_CHANGE);
                yield result;
            }
            case STOP -> Result.LAST;
        };
    }

    /**
     * @param microBatchMs what each rank took for a micro-batch
     * @return false where this node has agreed to another generation meanwhile: nothing has changed then
     */
    boolean apply(Replica replica, Generation.CatchUp step, List<Double> microBatchMs) {
        boolean applied = node.standing().apply(step.generation(), step, () -> replica.commit(step.commit()));
        if (applied) {
            node.times().committed(step.generation().number(), System.nanoTime(), microBatchMs);
        }
        return applied;
    }
}
