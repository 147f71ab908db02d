package lockstep.coordinator.agree;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import lockstep.common.UserError;
import lockstep.common.replica.GivenUp;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/** How a node without a working generation comes to its place in the next one: the oldest forms it, the others ask the oldest that answers. */
final class Places {
    private static final long POLL_MS = 250;
    private static final long FAREWELL_MS = 2_000;
    private static final long PROGRESS_MS = 30_000;
    private static final long SAY_MS = 10_000;
    /** How long a node that is to leave still looks for a place: if the others are leaving too, it may be the only one left to save the state. */
    private static final long LEAVE_MS = 60_000;

    private final Endpoint endpoint;
    private final NodeState node;
    private final Standing standing;
    private final Formation formation;
    private final Solitude solitude;
    private final ClusterListener listener;
    private final Expected expected;
    private final Stagnation stagnation;
    private final LongSupplier nanoTime;
    private Deadline ask;
    /** Members of other runs. */
    private final Set<UUID> strangers = new HashSet<>();

    /**
     * @param identity of the run
     * @param nodes that the first generation waits for
     * @param patience for them
     * @param gathers called now and then while this node waits for them: whoever has asked it for a place sees that it gets on
     * @param wantsToLeave ends all waiting, soon
     * @param othersWrite whether another process holds the run's directory
     */
    record Expected(String identity, IntSupplier nodes, Patience patience, Runnable gathers, BooleanSupplier wantsToLeave,
        BooleanSupplier othersWrite) {}

    /** @param nanoTime a monotonic clock */
    Places(Endpoint endpoint, NodeState node, Formation formation, ClusterListener listener, Expected expected, LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.node = node;
        this.standing = node.standing();
        this.solitude = new Solitude(endpoint, expected.othersWrite(), this::inCompany, this::givingUp, listener, nanoTime);
        this.formation = formation;
        this.listener = listener;
        this.expected = expected;
        this.stagnation = new Stagnation(TimeUnit.MILLISECONDS.toNanos(expected.patience().stepMs()));
        this.nanoTime = nanoTime;
        this.ask = Deadline.afterMs(PROGRESS_MS, nanoTime);
    }

    /**
     * Waits until this node has its place.
     *
     * @return nothing when the run has ended instead, or this node is to leave
     * @throws UserError when it is refused, or when too few come
     * @throws GivenUp when this node has trained already, and has to end without a place
     */
    Optional<Generation> await() {
        Deadline gather = Deadline.afterMs(expected.patience().gatherMs(), nanoTime);
        Deadline quiet = Deadline.afterMs(SAY_MS, nanoTime);
        Optional<Deadline> leaves = Optional.empty();
        String waitsFor = "";
        while (node.ending().end().isEmpty()) {
            if (expected.wantsToLeave().getAsBoolean()) {
                leaves = leaves.or(() -> Optional.of(Deadline.afterMs(LEAVE_MS, nanoTime)));
                if (!hasState()) {
                    sayFarewell();
                    return Optional.empty();
                }
                if (leaves.get().passed()) {
                    sayFarewell();
                    throw new GivenUp("is to leave, and found no place among the other nodes within " + leaves.get());
                }
            }
            node.ending().requireNotHalted();
            Optional<Generation> adopted = standing.adopt();
            if (adopted.isPresent()) {
                node.joiners().seated(adopted.get());
                solitude.over();
                if (adopted.get().leader().equals(endpoint.member().self())) {
                    listener.message(described(adopted.get()));
                }
                return adopted;
            }
            waitsFor = strive(gather);
            node.ending().awaitNews(Deadline.afterMs(POLL_MS));
            if (quiet.passed() && !waitsFor.isEmpty()) {
                listener.message("waiting for " + waitsFor);
                quiet = Deadline.afterMs(SAY_MS, nanoTime);
            }
        }
        return Optional.empty();
    }

    /** Of steps that were done in a generation: before the first one there is nothing to save. */
    private boolean hasState() {
        return standing.current().isPresent() && node.whereabouts().step().isPresent();
    }

    /** A state that is still being taken from another node is a mixture, and must not be saved. */
    private RuntimeException givingUp(String why) {
        return hasState() ? new GivenUp(why) : new UserError(why);
    }

    /** No READY tells the others, who would take this node for lost. */
    private void sayFarewell() {
        List<PendingCall<Boolean>> calls = endpoint.member().peers().stream().filter(peer -> !peer.equals(endpoint.member().self()))
            .map(peer -> endpoint.call(peer, Messages.FAREWELL, true, FloatSink.NONE, Deadline.afterMs(FAREWELL_MS))).toList();
        calls.forEach(PendingCall::await);
    }

    /** Does what can be done for a generation; returns what it then waits for, nothing where it need not wait. */
    private String strive(Deadline gather) {
        Peer self = endpoint.member().self();
        for (Peer peer : endpoint.member().peers()) {
            if (peer.equals(self)) {
                return propose(gather);
            }
            Optional<String> asked = ask(peer);
            if (asked.isPresent()) {
                return asked.get();
            }
        }
        return "this node to be a member again";
    }

    private String propose(Deadline gather) {
        boolean first = standing.current().isEmpty();
        int here = 1 + node.joiners().present().size();
        int wanted = expected.nodes().getAsInt();
        if (first && here < wanted) {
            boolean areComing = endpoint.member().peers().size() >= wanted; // they may take long to read model and data
            if (gather.passed() && !areComing) {
                throw new UserError("--expect: waited " + gather + " for " + wanted + " nodes, " + here + " came");
            }
            expected.gathers().run();
            return wanted + " nodes, " + here + " are here";
        }
        return formation.attempt(() -> solitude.mayGoOn(standing.current()));
    }

    /** Asks an older node for a place; nothing when it can't give one, or gives no sign of life: then the next one by age is asked. */
    private Optional<String> ask(Peer older) {
        JoinRequest request = new JoinRequest(standing.current().map(Generation::proposal),
            standing.broken().orElse("it has none"), expected.identity());
        return switch (endpoint.callPatiently(older, Messages.JOIN, request).await()) {
            case Reply.Answered<String>(String against) when against.isEmpty() -> {
                requireProgress(older);
                yield Optional.of(older.address() + " to form a generation");
            }
            case Reply.Answered<String>(String _) when hasState() -> {
                strangers.add(older.id()); // of another run, whose cluster and this one have become one: this run goes on without it
                yield Optional.empty();
            }
            case Reply.Answered<String>(String against) -> throw new UserError(older.address() + " refuses this node: " + against);
            case Reply.Failed<String> _ -> Optional.empty();
        };
    }

    /** An older node may be busy for hours with what it does between two steps, but not with nothing. */
    private void requireProgress(Peer older) {
        if (!ask.passed()) {
            return;
        }
        ask = Deadline.afterMs(PROGRESS_MS, nanoTime);
        if (endpoint.ask(older, Messages.WORK, true, Deadline.afterMs(FAREWELL_MS)) instanceof Reply.Answered<Long>(Long work)
            && stagnation.lasts(older.id(), Map.of(older.id(), work), nanoTime.getAsLong())) {
            String why = older.address() + " was to form a generation and has done nothing for "
                + TimeUnit.NANOSECONDS.toSeconds(stagnation.patienceNs()) + " s";
            throw givingUp(why);
        }
    }

    /** Whether there are other members that may be of this run. */
    private boolean inCompany() {
        return endpoint.member().peers().stream()
            .anyMatch(peer -> !peer.equals(endpoint.member().self()) && !strangers.contains(peer.id()));
    }

    private static String described(Generation generation) {
        StringBuilder text = new StringBuilder("generation " + generation.number() + " from step " + generation.step() + " on: ");
        for (Seat seat : generation.seats()) {
            text.append(seat.peer().address()).append(seat.fetches() ? " (takes the state) " : " ");
        }
        return text.toString().stripTrailing();
    }
}
