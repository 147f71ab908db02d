package lockstep.coordinator.agree;

import java.util.List;
import java.util.function.BooleanSupplier;

import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Replica;
import lockstep.coordinator.exchange.Subtree;

/** A step in a generation of several nodes: this node's groups, the exchange, then READY and COMMIT by its rank. */
final class SharedStep {
    private final StepTools tools;
    private final StepWork work;
    private final LeadersPart leader;
    private final FollowersPart follower;
    private final BooleanSupplier wantsToLeave;

    /** @param wantsToLeave asked when the averaged gradient is there */
    SharedStep(StepTools tools, StepWork work, LeadersPart leader, FollowersPart follower, BooleanSupplier wantsToLeave) {
        this.tools = tools;
        this.work = work;
        this.leader = leader;
        this.follower = follower;
        this.wantsToLeave = wantsToLeave;
    }

    Result step(Replica replica, Generation generation, int rank) {
        tools.node().whereabouts().noGradient();
        List<Subtree> share = generation.shares(replica.batch(), replica.step()).get(rank);
        if (!work.average(replica, generation, rank)) {
            return Result.AGAIN;
        }
        double microBatchMs = StepWork.microBatchMs(replica, share);
        Ready ready = new Ready(generation.proposal(), replica.step(), replica.stateDigest(), replica.gradientDigest(),
            replica.lossesNats().clone(), microBatchMs, wantsToLeave.getAsBoolean() || replica.endsAfterThisStep());
        tools.node().whereabouts().holdsGradient(generation.proposal(), microBatchMs);
        tools.failPoints().pass("before-ready");
        return rank == 0 ? leader.conclude(replica, generation, ready) : follower.conclude(replica, generation, ready);
    }
}
