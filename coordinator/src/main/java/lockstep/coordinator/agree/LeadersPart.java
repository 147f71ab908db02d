package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import lockstep.common.replica.Agreement.Result;
import lockstep.common.replica.Commit;
import lockstep.common.replica.MeanLoss;
import lockstep.common.replica.Replica;
import lockstep.common.timing.Phase;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.PatientCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.member.Peer;

/** The end of a step on the node that leads: all READY with equal checksums, then COMMIT to all, with what comes after. */
final class LeadersPart {
    private final StepTools tools;
    private final Checksums checksums;
    private final Drift drift;
    private final BooleanSupplier othersWrite;

    /** @param othersWrite whether another process holds the run's directory: then this node commits nothing, and looks for those that have another leader */
    LeadersPart(StepTools tools, Checksums checksums, Drift drift, BooleanSupplier othersWrite) {
        this.tools = tools;
        this.checksums = checksums;
        this.drift = drift;
        this.othersWrite = othersWrite;
    }

    Result conclude(Replica replica, Generation generation, Ready own) {
        if (othersWrite.getAsBoolean()) {
            tools.node().standing().breakUp("another node leads the run and writes its directory: this one was stopped or cut off");
            return Result.AGAIN;
        }
        tools.failPoints().pass("after-ready");
        tools.timer().begin(Phase.COMMIT_WAIT);
        Optional<List<Ready>> others = tools.node().mail().awaitReadies(generation, own.step());
        tools.timer().end(Phase.COMMIT_WAIT);
        if (others.isEmpty()) {
            return Result.AGAIN;
        }
        List<Ready> all = new ArrayList<>(List.of(own));
        all.addAll(others.get());
        return checksums.agree(replica, generation, all) ? commit(replica, generation, message(replica, generation, all)) : Result.AGAIN;
    }

    private CommitMessage message(Replica replica, Generation generation, List<Ready> all) {
        List<List<Subtree>> shares = generation.shares(replica.batch(), replica.step());
        double lossNats = MeanLoss.of(Losses.merged(replica.batch(), shares, all));
        Commit commit = new Commit(replica.step(), lossNats, replica.gradNorm(), replica.bestValLossNats());
        List<Double> microBatchMs = all.stream().map(Ready::microBatchMs).toList();
        boolean sharesChange = drift.asksForOthers(replica.batch(), generation, replica.step(), microBatchMs);
        List<Integer> leaving = IntStream.range(0, all.size()).filter(rank -> all.get(rank).leaving()).boxed().toList();
        CommitMessage.After after = replica.endsAfterThisStep() ? CommitMessage.After.STOP : after(all, sharesChange);
        boolean compare = after == CommitMessage.After.STOP || replica.showsAt(replica.step() + 1);
        return new CommitMessage(generation.proposal(), commit, after, compare, microBatchMs, leaving);
    }

    private CommitMessage.After after(List<Ready> all, boolean sharesChange) {
        if (all.stream().allMatch(Ready::leaving)) {
            return CommitMessage.After.STOP;
        }
        boolean nodesChange = all.stream().anyMatch(Ready::leaving) || !tools.node().joiners().present().isEmpty();
        return nodesChange || sharesChange ? CommitMessage.After.FORM_ANEW : CommitMessage.After.GO_ON;
    }

    private Result commit(Replica replica, Generation generation, CommitMessage message) {
        List<PatientCall<Boolean>> calls = new ArrayList<>();
        for (Peer peer : generation.peers().subList(1, generation.nodes())) {
            calls.add(tools.endpoint().callPatiently(peer, Messages.COMMIT, message));
            tools.failPoints().pass("between-commits");
        }
        Result result = tools.updates().apply(replica, message);
        for (PatientCall<Boolean> call : calls) {
            if (call.await() instanceof Reply.Failed<Boolean>(Failure failure)) {
                tools.node().standing().breakUp(failure.toString());
            }
        }
        return result;
    }
}
