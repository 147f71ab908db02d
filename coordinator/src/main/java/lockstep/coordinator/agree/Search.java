package lockstep.coordinator.agree;

import java.util.List;
import java.util.function.BooleanSupplier;

import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.member.Probe;

/**
 * Whether a node that finds itself alone should look for the others before it goes on: it should when it was stopped itself, when one of the others lives, or when none of their machines can be reached, for then it may be
 * this node that is cut off. Others that have died or are stopped are no reason to wait.
 */
final class Search {
    private static final long TICK_MS = 500;
    private static final long RECENT_NS = 60_000_000_000L;
    /** A stop of half the time after which the others take this node for dead may have been one that they noticed. */
    private static final long STOPPED_NS = Member.SILENCE_SECONDS * 500_000_000L;

    private final Endpoint endpoint;
    private volatile boolean wasStopped;
    private volatile long wokeNs;

    Search(Endpoint endpoint) {
        this.endpoint = endpoint;
        Thread.ofPlatform().daemon().name("lockstep-clock").start(this::watchTheClock);
    }

    private void watchTheClock() {
        long before = System.nanoTime();
        while (true) {
            try {
                Thread.sleep(TICK_MS);
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            if (now - before > STOPPED_NS) {
                wokeNs = now;
                wasStopped = true;
            }
            before = now;
        }
    }

    /** What a node that is alone knows of the others. */
    enum Reason {
        /** They are dead or stopped, or there were none. */
        NONE,
        /** They may be out of reach. */
        MAY_BE_CUT_OFF,
        /** They live: this node must not go on without them. */
        OTHERS_LIVE
    }

    /**
     * @param last the generation that this node was in, and of which nobody else answers it as a member
     * @param inCompany whether there are other members that may be of the run
     * @param othersWrite whether another process holds the run's directory: where no machine answers, that is a sign of life
     */
    Reason reason(Generation last, BooleanSupplier inCompany, BooleanSupplier othersWrite) {
        Peer self = endpoint.member().self();
        List<Probe.Found> others = last.peers().stream().filter(peer -> !peer.address().equals(self.address()))
            .map(endpoint.member().probe()::of).toList();
        boolean changedItsId = inCompany.getAsBoolean() && last.rankOf(self.id()).isEmpty(); // it is on its way into the others' cluster
        boolean someLive = others.contains(Probe.Found.ALIVE) || others.contains(Probe.Found.ENDING); // the latter not for long
        if (changedItsId || someLive) {
            return Reason.OTHERS_LIVE;
        }
        boolean noneAnswers = others.stream().allMatch(Probe.Found.UNREACHABLE::equals);
        if (noneAnswers && othersWrite.getAsBoolean()) {
            return Reason.OTHERS_LIVE;
        }
        boolean justWoke = wasStopped && System.nanoTime() - wokeNs < RECENT_NS;
        return !others.isEmpty() && (justWoke || noneAnswers) ? Reason.MAY_BE_CUT_OFF : Reason.NONE;
    }
}
