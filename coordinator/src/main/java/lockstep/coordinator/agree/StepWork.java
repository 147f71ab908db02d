package lockstep.coordinator.agree;

import java.util.ArrayList;
import java.util.List;

import lockstep.common.fault.FailPoints;
import lockstep.common.model.FinalRanges;
import lockstep.common.replica.Replica;
import lockstep.common.timing.Phase;
import lockstep.common.timing.StepTimer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.exchange.AllReduce;
import lockstep.coordinator.exchange.ExchangePlan;
import lockstep.coordinator.exchange.Outcome;
import lockstep.coordinator.exchange.Partial;
import lockstep.coordinator.exchange.Round;
import lockstep.coordinator.exchange.Subtree;

/** From the state to the averaged gradient in one generation: this node's groups, then the exchange. */
final class StepWork {
    private static final double NS_PER_MS = 1e6;
    /** Nobody waits for that in earnest: the generation breaks up when nobody gets on. */
    private static final long LONGEST_MS = 604_800_000;

    private final AllReduce allReduce;
    private final Standing standing;
    private final FailPoints failPoints;
    private final Runnable tick;
    private final StepTimer timer;

    /** @param tick called as the exchange gets on */
    StepWork(AllReduce allReduce, Standing standing, FailPoints failPoints, Runnable tick, StepTimer timer) {
        this.allReduce = allReduce;
        this.standing = standing;
        this.failPoints = failPoints;
        this.tick = tick;
        this.timer = timer;
    }

    /** @return whether the averaged gradient is there; otherwise the generation has broken up */
    boolean average(Replica replica, Generation generation, int rank) {
        List<List<Subtree>> shares = generation.shares(replica.batch(), replica.step());
        List<Partial> partials = new ArrayList<>();
        for (Subtree subtree : shares.get(rank)) {
            partials.add(new Partial(subtree, replica.partial(partials.size())));
        }
        ExchangePlan plan = new ExchangePlan(generation.peers(), rank, replica.parameters(), replica.batch().G(), shares);
        replica.begin();
        Round round = allReduce.begin(plan, generation.round(replica.step()), replica.partial(0), partials,
            (values, offset, count) -> divide(replica, values, offset, count), Deadline.afterMs(LONGEST_MS));
        for (int i = 0; i < partials.size(); i++) {
            Subtree subtree = partials.get(i).subtree();
            // while the last backward pass goes on, what it is done with travels: only then are all of this node's partials final
            boolean last = i == partials.size() - 1;
            if (!replica.sum(subtree.first(), subtree.level(), i, this::isBroken, last ? offering(round) : FinalRanges.UNHEARD)) {
                round.abandon(standing.broken().orElse("interrupted"));
                return false;
            }
            failPoints.pass("forward");
        }
        if (partials.isEmpty()) {
            round.offer(0, replica.parameters());
        }
        failPoints.pass("exchange");
        if (await(round, generation, rank) instanceof Outcome.Failed(var failure)) {
            standing.breakUp(failure.toString());
            return false;
        }
        return !isBroken();
    }

    private void divide(Replica replica, float[] values, int offset, int count) {
        replica.divide(values, offset, count);
        tick.run();
    }

    private FinalRanges offering(Round round) {
        return (from, to) -> {
            round.offer(from, to);
            failPoints.pass("offer");
        };
    }

    private Outcome await(Round round, Generation generation, int rank) {
        long fromNs = System.nanoTime();
        timer.begin(Phase.EXCHANGE_WAIT);
        Outcome outcome = round.await(standing::broken);
        timer.end(Phase.EXCHANGE_WAIT);
        timer.add(Phase.EXCHANGE_SERVICE, round.serviceNs());
        for (int peer = 0; peer < generation.nodes() && outcome instanceof Outcome.Complete; peer++) {
            if (peer != rank) {
                timer.countPeer(generation.peers().get(peer).address(), Math.max(0, round.heardNs(peer) - fromNs));
            }
        }
        return outcome;
    }

    /** Pure compute time for one of this node's micro-batches; 0 where it had none. */
    static double microBatchMs(Replica replica, List<Subtree> share) {
        int microBatches = Shares.microBatches(replica.batch(), share);
        return microBatches == 0 ? 0 : replica.computeNs() / NS_PER_MS / microBatches;
    }

    private boolean isBroken() {
        return standing.broken().isPresent();
    }
}
