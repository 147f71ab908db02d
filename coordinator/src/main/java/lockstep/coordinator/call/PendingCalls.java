package lockstep.coordinator.call;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import lockstep.coordinator.call.ReplyMessage.Head;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.secret.MacKey;

/** The calls of this node that wait for a reply, by their number. */
final class PendingCalls {
    /** How a reply shows that it comes from the peer. */
    @FunctionalInterface
    interface Check {
        boolean passes(Head head);

        static Check mac(MacKey key) {
            return head -> key.verifies(head.fields(), head.mac());
        }

        /** Within the handshake, whose own proofs decide. */
        Check NONE = head -> true;
    }

    private record Entry(PendingCall<?> call, Check check) {}

    private final Consumer<Peer> sessionUnknown;
    private final AtomicLong next = new AtomicLong();
    private final ConcurrentMap<Long, Entry> entries = new ConcurrentHashMap<>();

    /** @param sessionUnknown is told of a peer that has forgotten the handshake */
    PendingCalls(Consumer<Peer> sessionUnknown) {
        this.sessionUnknown = sessionUnknown;
    }

    /** A number for the next call of this node. */
    long number() {
        return next.getAndIncrement();
    }

    void add(long number, PendingCall<?> call, Check check) {
        entries.put(number, new Entry(call, check));
    }

    void remove(long number) {
        entries.remove(number);
    }

    /** A reply has come. One that nobody waits for, or whose MAC is wrong, is left unread; the call then ends by its deadline or by the true reply. */
    void complete(Head head, FloatsIn in) throws IOException {
        Entry entry = entries.get(head.number());
        if (entry == null) {
            return;
        }
        if (entry.check().passes(head)) {
            // before it is removed: who finds nothing here must be sure that the call is taken
            entry.call().complete(head, in);
            entries.remove(head.number());
        } else if (head.status() != ReplyMessage.ANSWERED && head.mac().length == 0) {
            // The peer knows no such session. It says so without a MAC, for there is no key: anybody could, so it is believed to this degree only.
            entries.remove(head.number());
            Failure failure = PendingCall.failure(head);
            sessionUnknown.accept(entry.call().peer());
            entry.call().fail(Failure.Kind.REFUSED, "an unsigned reply says: " + failure);
        }
    }

    /** The peer will answer none of its calls. */
    void failOf(Peer peer, String why) {
        entries.values().removeIf(entry -> {
            boolean its = entry.call().peer().equals(peer);
            if (its) {
                entry.call().fail(Failure.Kind.PEER_LEFT, why);
            }
            return its;
        });
    }

    void failAll(String why) {
        entries.values().forEach(entry -> entry.call().fail(Failure.Kind.CLOSED, why));
        entries.clear();
    }
}
