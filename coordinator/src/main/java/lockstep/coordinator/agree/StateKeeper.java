package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.StateFetch;
import lockstep.coordinator.transfer.StateServer;
import lockstep.coordinator.transfer.StateSource;

/** Brings this node's state to where a generation begins, and gives it to those that have none. */
final class StateKeeper implements StateSource {
    private final Endpoint endpoint;
    private final Standing standing;
    private final Whereabouts whereabouts;
    private final ClusterListener listener;
    private final FailPoints failPoints;
    private final TrainingCluster.Start start;
    private volatile Optional<Replica> kept = Optional.empty();
    private volatile long at;
    private final LongAdder ticks = new LongAdder();

    StateKeeper(Endpoint endpoint, NodeState node, ClusterListener listener, FailPoints failPoints, TrainingCluster.Start start) {
        this.endpoint = endpoint;
        this.standing = node.standing();
        this.whereabouts = node.whereabouts();
        this.listener = listener;
        this.failPoints = failPoints;
        this.start = start;
    }

    /** Serves before the endpoint opens. */
    void serve() {
        new StateServer(endpoint, this, failPoints);
    }

    /** The replica of the training loop. */
    void keep(Replica replica) {
        kept = Optional.of(replica);
        if (start.withState()) {
            whereabouts.stateAt(replica.step());
        }
    }

    /** The exchange, or a transfer of the state, gets on. Any thread. */
    void tick() {
        ticks.increment();
    }

    /** Rises as long as this node gets on with anything. Any thread. */
    long work() {
        return ticks.sum() + kept.map(Replica::work).orElse(0L);
    }

    @Override
    public void gave() {
        tick();
    }

    /** Nobody has the run's state: it is made again, which leads to the same bits. */
    void makeOwn() {
        start.makeOwn().run();
        whereabouts.stateAt(kept.orElseThrow().step());
    }

    /** Why this node must not train by itself as long as it has had no place among others; empty where it may. */
    Optional<String> refusal() {
        return start.refusal().get();
    }

    @Override
    public Optional<Replica> at(long generation, int step) {
        return at == generation ? kept.filter(replica -> replica.step() == step) : Optional.empty();
    }

    @Override
    public boolean isOver(long generation) {
        return standing.promisedNumber() > generation;
    }

    /** Applies the step that is all that this node misses, where that is so. */
    void catchUp(Replica replica, Generation generation) {
        at = 0;
        if (!own(generation).fetches() && generation.catchUp().isPresent() && replica.step() == generation.step() - 1) {
            Generation.CatchUp step = generation.catchUp().get();
            standing.apply(generation.proposal(), step, () -> replica.commit(step.commit()));
        }
    }

    private Seat own(Generation generation) {
        return generation.seats().get(generation.rankOf(endpoint.member().self().id()).orElseThrow());
    }

    /** Takes the state where this node has another one, and gives it from now on where it is asked for. Where that fails the generation has broken up. */
    void bringTo(Replica replica, Generation generation) {
        if (own(generation).fetches()) {
            fetch(replica, generation);
        }
        if (standing.broken().isEmpty()) {
            at = generation.number();
        }
    }

    private void fetch(Replica replica, Generation generation) {
        List<Peer> holders = generation.seats().stream().filter(seat -> !seat.fetches()).map(Seat::peer).toList();
        long all = 3L * replica.parameters();
        listener.message("taking the state of step " + generation.step() + " from " + holders.size() + " nodes: "
            + all * Float.BYTES / 1_000_000 + " MB");
        whereabouts.stateLost();
        Optional<String> failure =
            new StateFetch(endpoint, failPoints).fetch(replica, holders, generation.number(), generation.step(), standing::broken);
        if (failure.isPresent()) {
            standing.breakUp(failure.get());
        } else {
            whereabouts.stateAt(replica.step());
            listener.message("has the state of step " + replica.step() + ", verified by SHA-256");
        }
    }
}
