package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import lockstep.common.UserError;
import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.Commit;
import lockstep.common.replica.MeanLoss;
import lockstep.common.replica.Replica;
import lockstep.common.timing.Phase;
import lockstep.common.timing.StepTimer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.exchange.Subtree;
import lockstep.coordinator.member.Peer;

/** A step among many nodes, on the thread of the training loop. */
final class ClusterAgreement implements Agreement {
    private static final long NOTE_MS = 10_000;

    private final Endpoint endpoint;
    private final Standing standing;
    private final Places places;
    private final StepWork work;
    private final StateKeeper keeper;
    private final FailPoints failPoints;
    private final Patience patience;
    private final BooleanSupplier wantsToLeave;
    private final Checksums checksums;
    private final StepTimer timer;
    private boolean leading;

    ClusterAgreement(Endpoint endpoint, Standing standing, Places places, StepWork work, StateKeeper keeper, Settings settings) {
        this.endpoint = endpoint;
        this.standing = standing;
        this.places = places;
        this.work = work;
        this.keeper = keeper;
        this.failPoints = settings.failPoints();
        this.patience = settings.patience();
        this.timer = settings.timer();
        this.wantsToLeave = settings.wantsToLeave();
        this.checksums = new Checksums(endpoint, standing, settings.listener());
    }

    /** @param wantsToLeave asked at the end of each step */
    record Settings(FailPoints failPoints, Patience patience, BooleanSupplier wantsToLeave, ClusterListener listener, StepTimer timer) {}

    @Override
    public boolean leads() {
        return leading;
    }

    @Override
    public Result step(Replica replica) {
        if (standing.phase() == Standing.Phase.STARTING) {
            keeper.keep(replica);
            standing.enter(Standing.Phase.TRAINING);
        }
        standing.requireNotHalted();
        Optional<Generation> generation = standing.current();
        if (generation.isEmpty() || standing.broken().isPresent()) {
            return formed(replica) ? Result.AGAIN : Result.STOPPED;
        }
        boolean alone = generation.get().nodes() == 1;
        if (alone && wantsToLeave.getAsBoolean()) {
            return Result.STOPPED;
        }
        int rank = generation.get().rankOf(endpoint.member().self().id()).orElse(-1);
        if (rank < 0) {
            standing.breakUp("this node is known by another id now");
            return Result.AGAIN;
        }
        return alone ? alone(replica, generation.get()) : together(replica, generation.get(), rank);
    }

    /** Waits for a generation; false when the run has ended meanwhile, or this node is to leave. */
    private boolean formed(Replica replica) {
        Optional<Generation> formed = places.await();
        if (formed.isEmpty()) {
            return false;
        }
        Generation generation = formed.get();
        leading = generation.leader().equals(endpoint.member().self());
        keeper.bringTo(replica, generation);
        return true;
    }

    private Result alone(Replica replica, Generation generation) {
        replica.begin();
        BooleanSupplier interrupted = () -> standing.broken().isPresent() || wantsToLeave.getAsBoolean();
        if (!replica.sum(0, replica.batch().treeLevels(), 0, interrupted)) {
            return Result.AGAIN;
        }
        Commit commit = new Commit(replica.step(), MeanLoss.of(replica.lossesNats()), replica.average(), replica.bestValLossNats());
        double microBatchMs = StepWork.microBatchMs(replica, List.of(Subtree.root(replica.batch().G())));
        standing.holdsGradient(generation.number(), microBatchMs);
        if (!update(replica, new Generation.CatchUp(generation.number(), commit))) {
            return Result.AGAIN;
        }
        standing.committed(List.of(microBatchMs));
        if (!standing.joiners().isEmpty()) {
            standing.breakUp("a node comes");
        }
        return Result.DONE;
    }

    private Result together(Replica replica, Generation generation, int rank) {
        standing.noGradient();
        List<Subtree> share = generation.shares(replica.batch(), replica.step()).get(rank);
        if (!work.average(replica, generation, rank)) {
            return Result.AGAIN;
        }
        double microBatchMs = StepWork.microBatchMs(replica, share);
        Ready ready = new Ready(generation.number(), replica.step(), replica.stateDigest(), replica.gradientDigest(),
            replica.lossesNats().clone(), microBatchMs, wantsToLeave.getAsBoolean());
        standing.holdsGradient(generation.number(), microBatchMs);
        failPoints.pass("before-ready");
        Result result = rank == 0 ? lead(replica, generation, ready) : follow(replica, generation, ready);
        return result == Result.DONE && standing.broken().isPresent() && ready.leaving() ? left() : result;
    }

    private Result left() {
        standing.enter(Standing.Phase.LEAVING);
        return Result.LEFT;
    }

    private Result lead(Replica replica, Generation generation, Ready own) {
        failPoints.pass("after-ready");
        timer.begin(Phase.COMMIT_WAIT);
        Optional<List<Ready>> others = standing.awaitReadies(generation, own.step(), Deadline.afterMs(patience.stepMs()));
        timer.end(Phase.COMMIT_WAIT);
        if (others.isEmpty()) {
            return Result.AGAIN;
        }
        List<Ready> all = new ArrayList<>(List.of(own));
        all.addAll(others.get());
        if (!checksums.agree(replica, generation, all)) {
            return Result.AGAIN;
        }
        double lossNats = MeanLoss.of(Losses.merged(replica.batch(), generation.shares(replica.batch(), own.step()), all));
        Commit commit = new Commit(own.step(), lossNats, replica.gradNorm(), replica.bestValLossNats());
        CommitMessage message = new CommitMessage(generation.number(), commit, after(all), all.stream().map(Ready::microBatchMs).toList());
        List<PendingCall<Boolean>> calls = new ArrayList<>();
        for (Peer peer : generation.peers().subList(1, generation.nodes())) {
            calls.add(endpoint.call(peer, Messages.COMMIT, message, FloatSink.NONE, Deadline.afterMs(NOTE_MS)));
            failPoints.pass("between-commits");
        }
        Result result = applied(replica, message);
        for (PendingCall<Boolean> call : calls) {
            if (call.await() instanceof Reply.Failed<Boolean>(Failure failure)) {
                standing.breakUp(failure.toString());
            }
        }
        return result;
    }

    private CommitMessage.After after(List<Ready> all) {
        if (all.stream().allMatch(Ready::leaving)) {
            return CommitMessage.After.STOP;
        }
        boolean changes = all.stream().anyMatch(Ready::leaving) || !standing.joiners().isEmpty();
        return changes ? CommitMessage.After.FORM_ANEW : CommitMessage.After.GO_ON;
    }

    private Result follow(Replica replica, Generation generation, Ready ready) {
        timer.begin(Phase.COMMIT_WAIT);
        Reply<Boolean> noted = endpoint.ask(generation.leader(), Messages.READY, ready, Deadline.afterMs(NOTE_MS));
        failPoints.pass("after-ready");
        if (noted instanceof Reply.Failed<Boolean>(Failure failure)) {
            standing.breakUp(failure.toString());
            return Result.AGAIN;
        }
        Optional<CommitMessage> message = standing.awaitCommit(generation, ready.step(), Deadline.afterMs(patience.stepMs()));
        timer.end(Phase.COMMIT_WAIT);
        return message.map(commit -> applied(replica, commit)).orElse(Result.AGAIN);
    }

    private Result applied(Replica replica, CommitMessage message) {
        if (!update(replica, new Generation.CatchUp(message.generation(), message.commit()))) {
            return Result.AGAIN;
        }
        standing.committed(message.microBatchMs());
        return switch (message.after()) {
            case GO_ON -> Result.DONE;
            case FORM_ANEW -> {
                standing.breakUp("somebody comes or goes");
                yield Result.DONE;
            }
            case STOP -> Result.STOPPED;
        };
    }

    private boolean update(Replica replica, Generation.CatchUp step) {
        return standing.apply(step.generation(), step, () -> replica.commit(step.commit()));
    }

    @Override
    public boolean awaitEnd(Replica replica) {
        if (standing.phase() == Standing.Phase.STARTING) {
            keeper.keep(replica);
            standing.enter(Standing.Phase.TRAINING);
        }
        while (standing.end().isEmpty()) {
            if (standing.current().isEmpty() || standing.broken().isPresent()) {
                return !formed(replica);
            }
            if (!standing.awaitEndOrBreak(Deadline.afterMs(patience.stepMs()))) {
                throw new UserError("waited " + patience.stepMs() / 1000 + " s for " + standing.current().get().leader().address()
                    + " to write the last checkpoint");
            }
        }
        return true;
    }
}
