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
    /** A node answers a piece at once, but when it is still in the update that leads to the state, or is a hash of the whole state away. */
    private static final long PIECE_MS = 120_000;

    private final Endpoint endpoint;
    private final FailPoints failPoints;
    private final Deque<PendingCall<Nothing>> underWay = new ArrayDeque<>();

    public StateFetch(Endpoint endpoint, FailPoints failPoints) {
        this.endpoint = endpoint;
        this.failPoints = failPoints;
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
            underWay.forEach(call -> call.abandon("the state is not taken any further"));
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
                underWay.add(endpoint.call(holder, StateMessages.PIECE, new Piece(generation, step, tensor, from, count),
                    sink(tensors[tensor], from, count), Deadline.afterMs(PIECE_MS)));
                sent += PIECE;
                failPoints.pass("transfer-sink");
                if (underWay.size() >= WINDOW * holders.size()
                    && underWay.remove().await(over) instanceof Reply.Failed<Nothing>(Failure failure)) {
                    return Optional.of(failure.toString());
                }
            }
        }
        while (!underWay.isEmpty()) {
            if (underWay.remove().await(over) instanceof Reply.Failed<Nothing>(Failure failure)) {
                return Optional.of(failure.toString());
            }
        }
        return Optional.empty();
    }

    private Optional<String> rest(Replica replica, Peer holder, long generation, int step, Supplier<Optional<String>> over) {
        PendingCall<Answered> call =
            endpoint.call(holder, StateMessages.REST, new Rest(generation, step), FloatSink.NONE, Deadline.afterMs(PIECE_MS));
        return switch (call.await(over)) {
            case Reply.Failed<Answered>(Failure failure) -> Optional.of(failure.toString());
            case Reply.Answered<Answered>(Answered answered) -> verified(replica, answered, holder);
        };
    }

    private static Optional<String> verified(Replica replica, Answered answered, Peer holder) {
        try {
            replica.restore(answered.progress());
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage() + ", from " + holder);
        }
        String found = StateHash.of(replica);
        return found.equals(answered.sha256())
            ? Optional.empty()
            : Optional.of("the state's SHA-256 is " + found + " here and " + answered.sha256() + " at " + holder);
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
