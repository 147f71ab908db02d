package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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
     * @param othersWrite whether another process holds the run's directory, where this one sees that too
     * @param measured gets the times of this node's steps
     */
    public record Terms(String identity, int nodes, Start start, BooleanSupplier wantsToLeave, Runnable leave,
        BooleanSupplier othersWrite, Measured measured) {}

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
     * @param withState whether it is one of the run's from the start, be it of an earlier step than the others'; else it is taken from them
     * @param makeOwn has it be that of the newest checkpoint, or of the run's beginning: where all that had the state are gone
     * @param refusal why this node must not begin the run or go on with it by itself as long as it has had no place among the others; empty where it may
     */
    public record Start(boolean withState, Runnable makeOwn, Supplier<Optional<String>> refusal) {
        /** It may. */
        public Start(boolean withState, Runnable makeOwn) {
            this(withState, makeOwn, Optional::empty);
        }
    }

    private final Endpoint endpoint;
    private final Terms terms;
    /** Nodes that the first step waits for. */
    private final AtomicInteger expected;
    private final AllReduce allReduce;
    private final NodeState node;
    private final StatusBoard board;
    private final ClusterAgreement agreement;
    private final Watch watch;

    /** Serves from now on. The endpoint is opened by the caller, and closed by him. */
    public TrainingCluster(Endpoint endpoint, Terms terms, ClusterListener listener, FailPoints failPoints) {
        this.endpoint = endpoint;
        this.terms = terms;
        this.expected = new AtomicInteger(terms.nodes());
        this.allReduce = new AllReduce(endpoint, Transfers.DEFAULT, terms.measured().exchange());
        this.node = NodeState.of(endpoint.member(), terms.identity());
        this.board = new StatusBoard(node);
        StateKeeper keeper = new StateKeeper(endpoint, node, listener, failPoints, terms.start());
        this.agreement = agreement(keeper, listener, failPoints);
        keeper.serve();
        endpoint.serve(Messages.WORK, (_, _, _) -> new Answer.Value<>(keeper.work()));
        serve(listener);
        this.watch = new Watch(endpoint, node.standing(), keeper::work, Patience.DEFAULT);
        endpoint.member().listen(new MembershipListener() {
            @Override
            public void joined(Peer peer) {
                node.standing().memberJoined();
            }

            @Override
            public void left(Peer peer) {
                node.standing().memberLeft(peer);
            }
        });
    }

    private ClusterAgreement agreement(StateKeeper keeper, ClusterListener listener, FailPoints failPoints) {
        Patience patience = Patience.DEFAULT;
        Suspects suspects = new Suspects();
        Places places = new Places(endpoint, node, new Formation(endpoint, node, keeper, suspects, listener), listener,
            new Places.Expected(terms.identity(), expected::get, patience, keeper::tick, terms.wantsToLeave(), terms.othersWrite()),
            System::nanoTime);
        Checksums checksums = new Checksums(endpoint, node.standing(), suspects, listener);
        Comparison comparison = new Comparison(endpoint, node, checksums);
        Parting parting = new Parting(endpoint, node, comparison);
        parting.serve();
        Updates updates = new Updates(node, comparison::atNextBoundary, parting, listener);
        StepTools tools = new StepTools(endpoint, node, updates, failPoints, terms.measured().timer());
        LeadersPart leader = new LeadersPart(tools, checksums, new Drift(listener), terms.othersWrite());
        StepWork work = new StepWork(allReduce, node.standing(), failPoints, keeper::tick, terms.measured().timer());
        SharedStep shared = new SharedStep(tools, work, leader, new FollowersPart(tools), terms.wantsToLeave());
        LoneStep lone = new LoneStep(node, tools.updates(), terms.wantsToLeave(), terms.othersWrite());
        return new ClusterAgreement(endpoint.member(), node, places, keeper, new ClusterAgreement.Steps(comparison, lone, shared));
    }

    private void serve(ClusterListener listener) {
        endpoint.serve(Messages.PROPOSE, node.standing()::proposed);
        endpoint.serve(Messages.INSTALL, node.standing()::install);
        endpoint.serve(Messages.READY, node.mail()::ready);
        endpoint.serve(Messages.COMMIT, node.mail()::commit);
        endpoint.serve(Messages.HOLDING, node.mail()::holding);
        endpoint.serve(Messages.JOIN, node.joiners()::join);
        endpoint.serve(Messages.END, node.ending()::end);
        endpoint.serve(Messages.HALT, node.ending()::halt);
        endpoint.serve(Messages.FAREWELL, (caller, _, _) -> {
            listener.leaving(List.of(caller.address()));
            return new Answer.Value<>(true);
        });
        endpoint.serve(Messages.LEAVE, (_, _, _) -> {
            terms.leave().run();
            return new Answer.Value<>(true);
        });
    }

    /** The first step waits for one node less: one that was to come has ended. */
    public void expectOneFewer() {
        expected.decrementAndGet();
    }

    public Agreement agreement() {
        return agreement;
    }

    /** From memory, at any time and from any thread. */
    public RunStatus status(BatchPlan batch) {
        return board.status(batch);
    }

    /** The nodes that train with this one now. */
    public List<Peer> others() {
        return node.standing().current().map(Generation::peers).orElse(List.of()).stream()
            .filter(peer -> !peer.equals(endpoint.member().self()))
            .toList();
    }

    /** The node that leads this one's generation; nothing before the first. */
    public Optional<Peer> leader() {
        return node.standing().current().map(Generation::leader);
    }

    /** Asks a node, this one or another, to leave at its next step boundary. */
    public Departing leave(String address) {
        Optional<Peer> wanted =
            node.standing().current().flatMap(now -> now.peers().stream().filter(peer -> peer.address().equals(address)).findFirst());
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
        return node.ending().end();
    }

    /** The step after which this node holds the whole state; nothing where it holds none, or is just taking it from others. */
    public Optional<Integer> holds() {
        return node.whereabouts().step();
    }

    /** Tells all nodes that the run is over; this node leads. */
    public void announceEnd(int step, String weightsSha256) {
        node.standing().enter(Standing.Phase.LEAVING);
        Optional<Generation> last = node.standing().current();
        if (last.isEmpty()) {
            return;
        }
        End end = new End(last.get().proposal(), step, weightsSha256);
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
        node.standing().enter(Standing.Phase.LEAVING);
        watch.close();
        allReduce.close();
    }
}
