package lockstep.coordinator.transfer;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import lockstep.common.fault.FailPoints;
import lockstep.common.replica.Replica;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSource;
import lockstep.coordinator.call.FloatsOut;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.transfer.StateMessages.Answered;
import lockstep.coordinator.transfer.StateMessages.Nothing;
import lockstep.coordinator.transfer.StateMessages.Piece;
import lockstep.coordinator.transfer.StateMessages.Rest;

/** Gives the state away. */
public final class StateServer {
    private static final long POLL_NS = 5_000_000;

    private final StateSource source;
    private final FailPoints failPoints;

    /** Serves from now on. */
    public StateServer(Endpoint endpoint, StateSource source, FailPoints failPoints) {
        this.source = source;
        this.failPoints = failPoints;
        endpoint.serve(StateMessages.PIECE, this::piece);
        endpoint.serve(StateMessages.REST, this::rest);
    }

    private Answer<Nothing> piece(Peer caller, Piece piece, Deadline deadline) {
        Optional<Replica> replica = await(piece.generation(), piece.step(), deadline);
        if (replica.isEmpty()) {
            return notHere(piece.generation(), piece.step());
        }
        float[][] tensors = replica.get().tensors();
        boolean inside = piece.tensor() >= 0 && piece.tensor() < tensors.length && piece.from() >= 0 && piece.count() > 0
            && piece.count() <= StateFetch.PIECE && piece.from() <= tensors[piece.tensor()].length - piece.count();
        if (!inside) {
            return Answer.no(Failure.Kind.REFUSED, "there is no such piece: " + piece);
        }
        failPoints.pass("transfer-source");
        return new Answer.WithFloats<>(new Nothing(), new FloatSource() {
            @Override
            public int count() {
                return piece.count();
            }

            @Override
            public void writeTo(FloatsOut out) {
                out.put(tensors[piece.tensor()], piece.from(), piece.count());
            }
        });
    }

    private Answer<Answered> rest(Peer caller, Rest rest, Deadline deadline) {
        Optional<Replica> replica = await(rest.generation(), rest.step(), deadline);
        return replica.isEmpty()
            ? notHere(rest.generation(), rest.step())
            : new Answer.Value<>(new Answered(StateHash.of(replica.get()), replica.get().progress()));
    }

    private <A> Answer<A> notHere(long generation, int step) {
        if (source.isOver(generation)) {
            return Answer.no(Failure.Kind.STALE, "generation " + generation + " is over here");
        }
        return Answer.no(Failure.Kind.NOT_READY, "the state of step " + step + " in generation " + generation + " is not here");
    }

    /** The asking node may know of the generation before this one does. */
    private Optional<Replica> await(long generation, int step, Deadline deadline) {
        Optional<Replica> replica = source.at(generation, step);
        while (replica.isEmpty() && !source.isOver(generation) && !deadline.passed()) {
            LockSupport.parkNanos(POLL_NS);
            replica = source.at(generation, step);
        }
        return replica;
    }
}
