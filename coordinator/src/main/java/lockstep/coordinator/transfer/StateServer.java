package lockstep.coordinator.transfer;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    /** Whoever asks for what is not there yet hears that after so long, and asks again. */
    private static final long ANSWER_MS = 5_000;

    /** A state's hash, which is taken once for all that ask for it. */
    private record Hashing(long generation, int step, StateHash hash, CompletableFuture<String> sha256) {}

    private final StateSource source;
    private final FailPoints failPoints;
    private final long answerMs;
    private Optional<Hashing> hashing = Optional.empty();

    /** Serves from now on. */
    public StateServer(Endpoint endpoint, StateSource source, FailPoints failPoints) {
        this(endpoint, source, failPoints, ANSWER_MS);
    }

    /** @param answerMs after which whoever asks for what is not there yet hears that */
    StateServer(Endpoint endpoint, StateSource source, FailPoints failPoints, long answerMs) {
        this.source = source;
        this.failPoints = failPoints;
        this.answerMs = answerMs;
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
        source.gave();
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
        if (replica.isEmpty()) {
            return notHere(rest.generation(), rest.step());
        }
        Hashing taken = hashing(replica.get(), rest);
        try {
            String sha256 = taken.sha256().get(Math.min(answerMs, deadline.remainingNs() / 1_000_000), TimeUnit.MILLISECONDS);
            return new Answer.Value<>(new Answered.Hash(sha256, taken.hash().progress()));
        } catch (TimeoutException e) {
            return new Answer.Value<>(new Answered.Under(taken.hash().done()));
        } catch (ExecutionException e) {
            return Answer.no(Failure.Kind.INTERNAL, "the state's hash: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.no(Failure.Kind.CLOSED, "this node is closing");
        }
    }

    private synchronized Hashing hashing(Replica replica, Rest rest) {
        if (hashing.filter(some -> some.generation() == rest.generation() && some.step() == rest.step()).isEmpty()) {
            StateHash hash = new StateHash(replica);
            CompletableFuture<String> sha256 =
                CompletableFuture.supplyAsync(hash::compute, task -> Thread.ofPlatform().daemon().name("lockstep-state-hash").start(task));
            hashing = Optional.of(new Hashing(rest.generation(), rest.step(), hash, sha256));
        }
        return hashing.orElseThrow();
    }

    private <A> Answer<A> notHere(long generation, int step) {
        if (source.isOver(generation)) {
            return Answer.no(Failure.Kind.STALE, "generation " + generation + " is over here");
        }
        return Answer.no(Failure.Kind.NOT_READY, "the state of step " + step + " in generation " + generation + " is not here");
    }

    /** The asking node may know of the generation before this one does. */
    private Optional<Replica> await(long generation, int step, Deadline callers) {
        Deadline deadline = Deadline.afterMs(Math.min(answerMs, callers.remainingNs() / 1_000_000));
        Optional<Replica> replica = source.at(generation, step);
        while (replica.isEmpty() && !source.isOver(generation) && !deadline.passed()) {
            LockSupport.parkNanos(POLL_NS);
            replica = source.at(generation, step);
        }
        return replica;
    }
}
