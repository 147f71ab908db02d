package lockstep.coordinator.agree;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.Peer;

/**
 * Whether a node that finds itself alone should look for the others before it goes on: it should when it was stopped itself, or when none of the others' machines can be reached, for then it may be this node that is
 * cut off. A process that has died refuses connections, one that is stopped still takes them: neither is a reason to wait.
 */
final class Search {
    /** Hazelcast looks for a lost half of a cluster every ten seconds: time for two tries. */
    static final long SEARCH_MS = 30_000;
    private static final int CONNECT_MS = 1_000;
    private static final long TICK_MS = 500;
    /** A pause that no collector and no busy machine makes. */
    private static final long STOPPED_MS = 5_000;
    private static final long RECENT_NS = 60_000_000_000L;

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
            if (now - before > STOPPED_MS * 1_000_000) {
                wokeNs = now;
                wasStopped = true;
            }
            before = now;
        }
    }

    /** @param last the generation that this node was in */
    boolean isWorthwhile(Generation last) {
        Peer self = endpoint.member().self();
        List<Peer> members = endpoint.member().peers();
        List<Peer> lost = last.peers().stream().filter(peer -> !members.contains(peer) && !peer.equals(self)).toList();
        if (members.size() > 1 || lost.isEmpty()) {
            return false;
        }
        boolean justWoke = wasStopped && System.nanoTime() - wokeNs < RECENT_NS;
        return justWoke || lost.stream().noneMatch(Search::answers);
    }

    static Deadline deadline() {
        return Deadline.afterMs(SEARCH_MS);
    }

    /** Whether its machine says anything, be it that nobody listens. */
    private static boolean answers(Peer peer) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), CONNECT_MS);
            return true;
        } catch (ConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused");
        } catch (IOException e) {
            return false;
        }
    }
}
