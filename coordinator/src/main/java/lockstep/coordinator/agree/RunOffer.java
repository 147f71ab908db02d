package lockstep.coordinator.agree;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import lockstep.common.UserError;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.call.Service;
import lockstep.coordinator.member.Peer;

/** What a node that comes is told of the run: its configuration, in bytes that only the nodes' own programs understand. */
public final class RunOffer {
    private static final int MAX_BYTES = 1 << 19;
    private static final long ASK_MS = 6_000;
    private static final long POLL_MS = 200;
    private static final long SAY_MS = 10_000;
    private static final long PATIENCE_MS = 1_800_000;

    private static final Service<Integer, byte[]> WELCOME =
        new Service<>(10, "the run's configuration", Lane.CONTROL, Codec.number(), Codec.bytes(MAX_BYTES, "a configuration"));

    private RunOffer() {}

    /** Tells whoever asks. */
    public static void serve(Endpoint endpoint, byte[] configuration) {
        endpoint.serve(WELCOME, (caller, version, deadline) -> new Answer.Value<>(configuration));
    }

    /** A node's answer, and who gave it. */
    public record Found(Peer peer, byte[] configuration) {}

    /** Which members are asked. */
    public enum Asked {
        /** Those that came before this node: where there are none, this node's run is the cluster's. */
        OLDER,
        /** Where there are none of those, the younger ones: for a node that never begins a run, and is told from elsewhere when none comes. */
        OLDER_OR_YOUNGER
    }

    /**
     * Asks other members, which may still be starting.
     *
     * @param givesUp whether nobody needs the answer any more
     * @return nothing when there are none
     * @throws UserError when they don't get ready
     */
    public static Optional<Found> find(Endpoint endpoint, Asked asked, ClusterListener listener, BooleanSupplier givesUp) {
        Deadline patience = Deadline.afterMs(PATIENCE_MS);
        Deadline quiet = Deadline.afterMs(SAY_MS);
        Set<String> said = new HashSet<>();
        while (!patience.passed() && !givesUp.getAsBoolean()) {
            Optional<String> waitsFor = Optional.empty();
            for (Peer peer : asked(endpoint, asked)) {
                switch (endpoint.ask(peer, WELCOME, 1, Deadline.afterMs(ASK_MS))) {
                    case Reply.Answered<byte[]>(byte[] configuration) -> {
                        return Optional.of(new Found(peer, configuration));
                    }
                    case Reply.Failed<byte[]>(Failure failure) when failure.kind() == Failure.Kind.REFUSED -> {
                        if (said.add(peer.address())) {
                            listener.message(failure.text());
                        }
                    }
                    case Reply.Failed<byte[]>(Failure failure) when failure.kind() == Failure.Kind.PEER_LEFT -> {
                        // it is no longer among those that are asked
                    }
                    case Reply.Failed<byte[]>(Failure failure) when failure.kind() == Failure.Kind.NOT_READY -> {
                        patience = Deadline.afterMs(PATIENCE_MS); // it says so: a large text takes hours to become tokens
                        waitsFor = waitsFor.or(() -> Optional.of(peer.address()));
                    }
                    case Reply.Failed<byte[]> _ -> waitsFor = waitsFor.or(() -> Optional.of(peer.address()));
                }
            }
            if (waitsFor.isEmpty()) {
                return Optional.empty();
            }
            if (quiet.passed()) {
                listener.message("waiting for " + waitsFor.get() + " to say what is trained");
                quiet = Deadline.afterMs(SAY_MS);
            }
            pause();
        }
        throw new UserError(givesUp.getAsBoolean()
            ? "asked to end before the other nodes have said what is trained"
            : "--join: waited " + patience + " for the other nodes to say what is trained, and none did");
    }

    private static List<Peer> asked(Endpoint endpoint, Asked asked) {
        Peer self = endpoint.member().self();
        List<Peer> peers = endpoint.member().peers();
        List<Peer> older = peers.stream().takeWhile(peer -> !peer.equals(self)).toList();
        boolean asksYounger = older.isEmpty() && asked == Asked.OLDER_OR_YOUNGER;
        return asksYounger ? peers.stream().filter(peer -> !peer.equals(self)).toList() : older;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while waiting for the other nodes to say what is trained", e);
        }
    }
}
