package lockstep.coordinator.call;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.coordinator.member.Member;
import lockstep.coordinator.member.MembershipListener;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.member.Probe;

/**
 * Notices deaths that Hazelcast doesn't. It mostly takes half a second for one, but once survivors went without the news for half a minute, and Hazelcast's members have to agree on it before it counts. Here each decides for
 * itself: a peer that doesn't answer a call of ours, and whose machine twice refuses a connection to its port that it took before, or where another process has its port, is dead, and no member any more as far as this node is concerned. One that is merely slow,
 * stopped or cut off doesn't refuse, and where a firewall lets connections through in one direction only, a refusal says nothing. Asks only whom this node has greeted: nobody waits for others.
 */
final class Pulse implements AutoCloseable {
    static final Service<Boolean, Boolean> PING = new Service<>(3, "a sign of life", Lane.LIFE, Codec.of(true), Codec.of(true));

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final long EVERY_MS = 500;
    private static final long ANSWER_MS = 1_000;
    /** Long enough that a process which only opens its port anew isn't taken for dead. */
    private static final long AGAIN_MS = 200;

    private final Endpoint endpoint;
    private final Member member;
    /** By the peer's id: one for each, since each may take a while. */
    private final ConcurrentMap<UUID, Thread> watches = new ConcurrentHashMap<>();
    private final Set<UUID> believed = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Pulse(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.member = endpoint.member();
        member.listen(new MembershipListener() {
            @Override
            public void joined(Peer peer) {
                begin(peer);
            }

            @Override
            public void left(Peer peer) {
                // its watch ends by itself, once Hazelcast doesn't list it
            }
        });
        member.peers().forEach(this::begin);
    }

    private void begin(Peer peer) {
        if (!closed && !peer.equals(member.self())) {
            watches.computeIfAbsent(peer.id(), _ -> Thread.ofVirtual().name("lockstep-pulse " + peer.address()).start(() -> watch(peer)));
        }
    }

    private void watch(Peer peer) {
        try {
            boolean raised = false;
            boolean met = false;
            while (!closed && member.lists(peer.id())) {
                met = met || member.probe().meet(peer);
                if (!believed.contains(peer.id()) && Probe.accepts(peer)) {
                    believed.add(peer.id());
                }
                Thread.sleep(EVERY_MS);
                raised = look(peer, raised);
            }
            believed.remove(peer.id());
            watches.remove(peer.id());
            if (!closed && member.lists(peer.id())) {
                begin(peer); // it came back in between
            }
        } catch (InterruptedException | HazelcastInstanceNotActiveException e) {
            // closed
        }
    }

    /**
     * @param raised whether it was taken for dead and then wasn't, perhaps wrongly: it is asked whether or not it has been greeted since
     * @return the same from now on
     */
    private boolean look(Peer peer, boolean raised) throws InterruptedException {
        if (!member.has(peer.id())) {
            // who only takes a connection may be another process, or one that is stopped
            if (member.lists(peer.id()) && member.probe().of(peer) == Probe.Found.ALIVE) {
                LOG.warn("{} was taken for dead, and speaks", peer);
                member.raise(peer);
                return true;
            }
        } else if ((raised || endpoint.knows(peer)) && believesRefusalsOf(peer) && isSilent(peer) && isGone(peer)) {
            LOG.warn(
                "{} doesn't answer, and refuses connections or has another process in its place: taken for dead, though Hazelcast lists it",
                peer);
            member.bury(peer);
        }
        return raised;
    }

    /** Whether the peer's port took a connection from here once, so that a refusal says something. */
    boolean believesRefusalsOf(Peer peer) {
        return believed.contains(peer.id());
    }

    private boolean isSilent(Peer peer) {
        Reply<Boolean> reply = endpoint.ask(peer, PING, true, Deadline.afterMs(ANSWER_MS));
        return reply instanceof Reply.Failed<Boolean>(Failure failure)
            && (failure.kind() == Failure.Kind.TIMED_OUT || failure.kind() == Failure.Kind.BROKEN);
    }

    private boolean isGone(Peer peer) throws InterruptedException {
        if (!member.probe().isGone(peer)) {
            return false;
        }
        Thread.sleep(AGAIN_MS);
        return member.probe().isGone(peer);
    }

    @Override
    public void close() {
        closed = true;
        watches.values().forEach(Thread::interrupt);
    }
}
