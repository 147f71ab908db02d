package lockstep.coordinator.transfer;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSink;
import lockstep.coordinator.call.FloatsIn;
import lockstep.coordinator.call.PendingCall;
import lockstep.coordinator.call.Reply;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.StateMessages.Answered;
import lockstep.coordinator.transfer.StateMessages.Nothing;
import lockstep.coordinator.transfer.StateMessages.Piece;
import lockstep.coordinator.transfer.StateMessages.Rest;

/** Takes the state of a step from those that have it. */
public final class StateFetch {
    /** Floats of a piece: 4 MiB. */
    static final int PIECE = 1 << 20;
    /** Pieces under way from each node. */
    private static final int WINDOW = 2;
    /** For four megabytes to travel. A node that doesn't have the state yet says so before, and is asked again. */
    private static final long PIECE_MS = 120_000;
    /** A hash that doesn't get on for so long never will. */
    private static final long HASH_MS = 120_000;

    private final Endpoint endpoint;
    private final FailPoints failPoints;
    private final long pieceMs;
    private final Deque<UnderWay> underWay = new ArrayDeque<>();

    public StateFetch(Endpoint endpoint, FailPoints failPoints) {
        this(endpoint, failPoints, PIECE_MS);
    }

    /** @param pieceMs for one answer */
    StateFetch(Endpoint endpoint, FailPoints failPoints, long pieceMs) {
        this.endpoint = endpoint;
        this.failPoints = failPoints;
        this.pieceMs = pieceMs;
    }

    /**
     * Overwrites the replica's state.
     *
     * @param holders nodes of the generation that stand at the step
     * @param over why the generation won't go on, where it won't
     * @return why it failed, where it did: the replica's state is then worthless, and nothing writes to it any more
     */
    public Optional<String> fetch(Replica replica, List<Peer> holders, long generation, int step, Supplier<Optional<String>> over) {
        try {
            return pieces(replica, holders, generation, step, over)
                .or(() -> rest(replica, holders.getFirst(), generation, step, over));
        } finally {
            underWay.forEach(piece -> piece.call.abandon("the state is not taken any further"));
            underWay.clear();
        }
    }

    private Optional<String> pieces(Replica replica, List<Peer> holders, long generation, int step, Supplier<Optional<String>> over) {
        float[][] tensors = replica.tensors();
        long sent = 0;
        for (int tensor = 0; tensor < tensors.length; tensor++) {
            for (int from = 0; from < tensors[tensor].length; from += PIECE) {
                int count = Math.min(PIECE, tensors[tensor].length - from);
                Peer holder = holders.get((int) (sent / PIECE % holders.size()));
                underWay.add(new UnderWay(holder, new Piece(generation, step, tensor, from, count), tensors[tensor]));
                sent += PIECE;
                failPoints.pass("transfer-sink");
                if (underWay.size() >= WINDOW * holders.size()) {
                    Optional<String> failure = arrived(underWay.remove(), over);
                    if (failure.isPresent()) {
                        return failure;
                    }
                }
            }
        }
        while (!underWay.isEmpty()) {
            Optional<String> failure = arrived(underWay.remove(), over);
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    /** Waits for a piece as long as its holder says that it will have it. */
    private static Optional<String> arrived(UnderWay piece, Supplier<Optional<String>> over) {
        while (true) {
            Reply<Nothing> reply = piece.call.await(over);
            if (!(reply instanceof Reply.Failed<Nothing>(Failure failure))) {
                return Optional.empty();
            }
            if (failure.kind() != Failure.Kind.NOT_READY) {
                return Optional.of(failure.toString());
            }
            piece.ask();
        }
    }

    /** A piece that was asked for. */
    private final class UnderWay {
        private final Peer holder;
        private final Piece piece;
        private final float[] tensor;
        private PendingCall<Nothing> call;

        UnderWay(Peer holder, Piece piece, float[] tensor) {
            this.holder = holder;
            this.piece = piece;
            this.tensor = tensor;
            ask();
        }

        private void ask() {
            call = endpoint.call(holder, StateMessages.PIECE, piece, sink(tensor, piece.from(), piece.count()), Deadline.afterMs(pieceMs));
        }
    }

    /** Asks for the hash until it is there; the holder tells how far it is. */
    private Optional<String> rest(Replica replica, Peer holder, long generation, int step, Supplier<Optional<String>> over) {
        long hashed = 0;
        Deadline patience = Deadline.afterMs(HASH_MS);
        while (true) {
            PendingCall<Answered> call =
                endpoint.call(holder, StateMessages.REST, new Rest(generation, step), FloatSink.NONE, Deadline.afterMs(pieceMs));
            switch (call.await(over)) {
                case Reply.Failed<Answered>(Failure failure) when failure.kind() != Failure.Kind.NOT_READY -> {
                    return Optional.of(failure.toString());
                }
                case Reply.Failed<Answered> _ -> patience = Deadline.afterMs(HASH_MS);
                case Reply.Answered<Answered>(Answered.Hash(String sha256, byte[] progress)) -> {
                    return verified(replica, sha256, progress, holder);
                }
                case Reply.Answered<Answered>(Answered.Under(long floats)) -> {
                    if (floats > hashed) {
                        hashed = floats;
                        patience = Deadline.afterMs(HASH_MS);
                    } else if (patience.passed()) {
                        return Optional.of("the state's hash at " + holder + " has not got on for " + patience);
                    }
                }
            }
        }
    }

    private static Optional<String> verified(Replica replica, String sha256, byte[] progress, Peer holder) {
        try {
            replica.restore(progress);
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage() + ", from " + holder);
        }
        String found = new StateHash(replica).compute();
        return found.equals(sha256)
            ? Optional.empty()
            : Optional.of("the state's SHA-256 is " + found + " here and " + sha256 + " at " + holder);
    }

    private static FloatSink sink(float[] tensor, int from, int count) {
        return new FloatSink() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public void readFrom(FloatsIn in) throws IOException {
                in.copy(tensor, from, count);
            }
        };
    }
}
