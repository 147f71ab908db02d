package lockstep.coordinator.agree;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;

/**
 * Breaks up a generation in which no node gets on with anything. What nodes wait for in a step takes as long as it takes, a day for a large model on a slow machine: so those waits have no time of their own. Instead each node asks
 * the others now and then how much they have done; as long as that rises on any of them, the rest wait for it, directly or not.
 */
final class Watch implements AutoCloseable {
    private static final long EVERY_MS = 30_000;
    private static final long ANSWER_MS = 5_000;

    private final Endpoint endpoint;
    private final Standing standing;
    private final LongSupplier own;
    private final Stagnation stagnation;
    private final Thread thread;

    /** @param own rises as long as this node gets on with anything */
    Watch(Endpoint endpoint, Standing standing, LongSupplier own, Patience patience) {
        this.endpoint = endpoint;
        this.standing = standing;
        this.own = own;
        this.stagnation = new Stagnation(TimeUnit.MILLISECONDS.toNanos(patience.stepMs()));
        this.thread = Thread.ofVirtual().name("lockstep-watch").start(this::watch);
    }

    private void watch() {
        while (true) {
            try {
                Thread.sleep(EVERY_MS);
            } catch (InterruptedException e) {
                return;
            }
            Optional<Generation> now = standing.current().filter(_ -> standing.broken().isEmpty());
            now.ifPresent(this::look);
        }
    }

    private void look(Generation generation) {
        Map<UUID, PendingCall<Long>> calls = new TreeMap<>();
        for (Peer peer : generation.peers()) {
            if (!peer.equals(endpoint.member().self())) {
                calls.put(peer.id(), endpoint.call(peer, Messages.WORK, true, FloatSink.NONE, Deadline.afterMs(ANSWER_MS)));
            }
        }
        Map<UUID, Long> work = new TreeMap<>();
        work.put(endpoint.member().self().id(), own.getAsLong());
        calls.forEach((id, call) -> {
            if (call.await() instanceof Reply.Answered<Long>(Long done)) {
                work.put(id, done);
            }
        });
        if (stagnation.lasts(generation.proposal(), work, System.nanoTime()) && standing.current().equals(Optional.of(generation))) {
            standing.breakUp("no node has done anything for " + TimeUnit.NANOSECONDS.toSeconds(stagnation.patienceNs()) + " s");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
