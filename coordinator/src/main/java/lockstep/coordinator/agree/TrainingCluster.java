package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import lockstep.common.config.BatchPlan;
import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Agreement;
import lockstep.common.timing.StepTimer;
import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.exchange.AllReduce;
import lockstep.coordinator.exchange.Transfers;
import lockstep.coordinator.member.MembershipListener;
import lockstep.coordinator.member.Peer;

/** A node's part in the training of a run by many: the parts of this package, put together over one endpoint. */
public final class TrainingCluster implements AutoCloseable {
    private static final long POLL_NS = 20_000_000;
    private static final long END_MS = 10_000;
    private static final long LEAVE_MS = 3_000;

    /**
     * @param identity of the run, equal on all its nodes: configuration and data
     * @param nodes that the first step waits for
     * @param start the replica's own
     * @param wantsToLeave asked at the end of each step
     * @param leave has the former say so, when another node passes that wish on
     * @param measured gets the times of this node's steps
     */
    public record Terms(String identity, int nodes, Start start, BooleanSupplier wantsToLeave, Runnable leave, Measured measured) {}

    /**
     * Who is told of times.
     *
     * @param timer of steps
     * @param exchange of messages
     */
    public record Measured(StepTimer timer, ExchangeTrace exchange) {}

    /**
     * How the replica comes to its first state.
     *
     * @param withState whether it is the run's from the start; else it is taken from the others
     * @param makeOwn has it be that of the newest checkpoint, or of the run's beginning: where all that had the state are gone
     */
    public record Start(boolean withState, Runnable makeOwn) {}

    private final Endpoint endpoint;
    private final Terms terms;
    private final AllReduce allReduce;
    private final Standing standing;
    private final ClusterAgreement agreement;

    /** Serves from now on. The endpoint is opened by the caller, and closed by him. */
    public TrainingCluster(Endpoint endpoint, Terms terms, ClusterListener listener, FailPoints failPoints) {
        Patience patience = Patience.DEFAULT;
        this.endpoint = endpoint;
        this.terms = terms;
        this.allReduce = new AllReduce(endpoint, Transfers.DEFAULT, terms.measured().exchange());
        this.standing = new Standing(endpoint.member(), terms.identity());
        StateKeeper keeper = new StateKeeper(endpoint, standing, listener, failPoints, terms.start());
        Places places = new Places(endpoint, standing, keeper, listener,
            new Places.Expected(terms.identity(), terms.nodes(), patience, terms.wantsToLeave()));
        StepWork work = new StepWork(allReduce, standing, failPoints, patience.stepMs(), terms.measured().timer());
        this.agreement = new ClusterAgreement(endpoint, standing, places, work, keeper,
            new ClusterAgreement.Settings(failPoints, patience, terms.wantsToLeave(), listener, terms.measured().timer()));
        keeper.serve();
        endpoint.serve(Messages.PROPOSE, standing::proposed);
        endpoint.serve(Messages.INSTALL, standing::install);
        endpoint.serve(Messages.READY, standing::ready);
        endpoint.serve(Messages.COMMIT, standing::commit);
        endpoint.serve(Messages.JOIN, standing::join);
        endpoint.serve(Messages.END, standing::end);
        endpoint.serve(Messages.HALT, standing::halt);
        endpoint.serve(Messages.LEAVE, (_, _, _) -> {
            terms.leave().run();
            return new Answer.Value<>(true);
        });
        endpoint.member().listen(new MembershipListener() {
            @Override
            public void joined(Peer peer) {
                standing.memberJoined();
            }

            @Override
            public void left(Peer peer) {
                standing.memberLeft(peer);
            }
        });
    }

    public Agreement agreement() {
        return agreement;
    }

    /** From memory, at any time and from any thread. */
    public RunStatus status(BatchPlan batch) {
        return standing.status(batch);
    }

    /** The nodes that train with this one now. */
    public List<Peer> others() {
        return standing.current().map(Generation::peers).orElse(List.of()).stream().filter(peer -> !peer.equals(endpoint.member().self()))
            .toList();
    }

    /** Asks a node, this one or another, to leave at its next step boundary. */
    public Departing leave(String address) {
        Optional<Peer> wanted =
            standing.current().flatMap(now -> now.peers().stream().filter(peer -> peer.address().equals(address)).findFirst());
        if (wanted.isEmpty()) {
            return Departing.UNKNOWN;
        }
        if (wanted.get().equals(endpoint.member().self())) {
            terms.leave().run();
            return Departing.ASKED;
        }
        return switch (endpoint.ask(wanted.get(), Messages.LEAVE, true, Deadline.afterMs(LEAVE_MS))) {
            case Reply.Answered<Boolean> _ -> Departing.ASKED;
            case Reply.Failed<Boolean> _ -> Departing.SILENT;
        };
    }

    /** What the leading node said at the end. */
    public Optional<End> end() {
        return standing.end();
    }

    /** Tells all nodes that the run is over; this node leads. */
    public void announceEnd(int step, String weightsSha256) {
        standing.enter(Standing.Phase.LEAVING);
        Optional<Generation> last = standing.current();
        if (last.isEmpty()) {
            return;
        }
        End end = new End(last.get().number(), step, weightsSha256);
        List<Peer> others = last.get().peers().stream().filter(peer -> !peer.equals(endpoint.member().self())).toList();
        List<PendingCall<Boolean>> calls = others.stream()
            .map(peer -> endpoint.call(peer, Messages.END, end, FloatSink.NONE, Deadline.afterMs(END_MS))).toList();
        calls.forEach(PendingCall::await);
        // they still compare checksums and close: a leader that vanished before would look like one that died
        Deadline deadline = Deadline.afterMs(END_MS);
        while (others.stream().anyMatch(peer -> endpoint.member().has(peer.id())) && !deadline.passed()) {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    @Override
    public void close() {
        standing.enter(Standing.Phase.LEAVING);
        allReduce.close();
    }
}
