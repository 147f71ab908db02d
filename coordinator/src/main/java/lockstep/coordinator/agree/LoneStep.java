package lockstep.coordinator.agree;

import java.util.List;
import java.util.function.BooleanSupplier;

import lockstep.common.model.FinalRanges;
import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Commit;
import lockstep.common.replica.MeanLoss;
import lockstep.common.replica.Replica;
import lockstep.coordinator.exchange.Subtree;

/** A step in a generation of one node, which others may join after it. */
final class LoneStep {
    private final NodeState node;
    private final Updates updates;
    private final BooleanSupplier wantsToLeave;
    private final BooleanSupplier othersWrite;

    /** @param othersWrite whether another process leads the run and writes where this one did: then this node is not the only one */
    LoneStep(NodeState node, Updates updates, BooleanSupplier wantsToLeave, BooleanSupplier othersWrite) {
        this.node = node;
        this.updates = updates;
        this.wantsToLeave = wantsToLeave;
        this.othersWrite = othersWrite;
    }

    Result step(Replica replica, Generation generation) {
        if (wantsToLeave.getAsBoolean()) {
            return Result.STOPPED;
        }
        if (othersWrite.getAsBoolean()) {
            node.standing().breakUp("another node leads the run and writes its directory");
            return Result.AGAIN;
        }
        replica.begin();
        BooleanSupplier interrupted = () -> node.standing().broken().isPresent() || wantsToLeave.getAsBoolean();
        if (!replica.sum(0, replica.batch().treeLevels(), 0, interrupted, FinalRanges.UNHEARD)) {
            return Result.AGAIN;
        }
        Commit commit = new Commit(replica.step(), MeanLoss.of(replica.lossesNats()), replica.average(), replica.bestValLossNats());
        double microBatchMs = StepWork.microBatchMs(replica, List.of(Subtree.root(replica.batch().G())));
        node.whereabouts().holdsGradient(generation.proposal(), microBatchMs);
        if (!updates.apply(replica, new Generation.CatchUp(generation.proposal(), commit, CommitMessage.After.GO_ON),
            List.of(microBatchMs))) {
            return Result.AGAIN;
        }
        if (!node.joiners().present().isEmpty()) {
            node.standing().breakUp("a node comes");
        }
        return Result.DONE;
    }
}
