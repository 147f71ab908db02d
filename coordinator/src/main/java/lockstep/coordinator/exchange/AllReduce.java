package lockstep.coordinator.exchange;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import lockstep.common.model.Chunks;
import lockstep.common.trace.ExchangeTrace;
import lockstep.common.trace.TraceBuffer;
import lockstep.coordinator.call.Answer;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatSource;
import lockstep.coordinator.call.FloatsOut;
import lockstep.coordinator.exchange.ChunkRequest.Nothing;
import lockstep.coordinator.member.MembershipListener;
import lockstep.coordinator.member.Peer;

/** This node's part in all-reduces, one after the other: serves what others pull, and pulls what it needs. */
public final class AllReduce implements AutoCloseable {
    private static final Answer<Nothing> NOT_READY = Answer.no(Failure.Kind.NOT_READY, "not within the time that the request gave");

    private final Endpoint endpoint;
    private final Transfers transfers;
    private final ExchangeTrace trace;
    private final ChunkBuffers buffers = new ChunkBuffers();
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("exchange-", 0).factory());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition begun = lock.newCondition();
    private Round current;

    /** Serves from now on; a request for a round that has not begun here waits for it. */
    public AllReduce(Endpoint endpoint, Transfers transfers) {
        this(endpoint, transfers, new ExchangeTrace(new TraceBuffer()));
    }

    /** @param trace is told of each message */
    public AllReduce(Endpoint endpoint, Transfers transfers, ExchangeTrace trace) {
        this.endpoint = endpoint;
        this.transfers = transfers;
        this.trace = trace;
        endpoint.serve(ChunkRequest.PARTIALS, this::partials);
        endpoint.serve(ChunkRequest.SUMS, this::sums);
        endpoint.member().listen(new MembershipListener() {
            @Override
            public void joined(Peer peer) {}

            @Override
            public void left(Peer peer) {
                peerLeft(peer);
            }
        });
    }

    /**
     * Begins an all-reduce. Nothing of the arrays is read before it is offered.
     *
     * @param number the same on all nodes, and larger than the one before
     * @param result (parameters) where the sums go; may be the array of a partial
     * @param partials one for each subtree of this node's share
     * @param deadline by when all of it must have happened
     */
    public Round begin(ExchangePlan plan, long number, float[] result, List<Partial> partials, Finish finish, Deadline deadline) {
        if (!partials.stream().map(Partial::subtree).toList().equals(plan.shares().get(plan.rank()))) {
            throw new IllegalArgumentException("partials of " + partials.stream().map(Partial::subtree).toList() + ", expected those of "
                + plan.shares().get(plan.rank()));
        }
        Round round = new Round(number, plan, result, partials, new RoundTools(finish, deadline, buffers, trace));
        lock.lock();
        try {
            if (current != null && current.number() >= number) {
                throw new IllegalArgumentException("all-reduce " + number + " after " + current.number());
            }
            current = round;
            begun.signalAll();
        } finally {
            lock.unlock();
        }
        for (int rank = 0; rank < plan.ranks().size(); rank++) {
            if (rank != plan.rank()) {
                pullFrom(round, rank);
            }
        }
        return round;
    }

    private void pullFrom(Round round, int rank) {
        for (Subtree subtree : round.plan().shares().get(rank)) {
            threads.execute(Puller.partials(endpoint, round, rank, subtree, transfers));
        }
        threads.execute(Puller.sums(endpoint, round, rank, transfers));
    }

    private Answer<Nothing> partials(Peer caller, ChunkRequest request, Deadline deadline) {
        Round round = awaitRound(request.round(), deadline);
        if (round == null || round.number() != request.round()) {
            return otherRound(request, round);
        }
        ExchangePlan plan = round.plan();
        int rank = plan.rankOf(caller.id());
        for (int chunk : request.chunks()) {
            if (chunk < 0 || chunk >= plan.chunks() || plan.owner(chunk) != rank || !round.holds(request.subtree())) {
                return Answer.no(Failure.Kind.REFUSED,
                    "chunk " + chunk + " of " + request.subtree() + " is not this node's to give to rank " + rank);
            }
            if (!round.awaitOffered(chunk, deadline)) {
                return notYet(round);
            }
        }
        return new Answer.WithFloats<>(new Nothing(), new Source(request, round, round.partial(request.subtree()).values()));
    }

    private Answer<Nothing> sums(Peer caller, ChunkRequest request, Deadline deadline) {
        Round round = awaitRound(request.round(), deadline);
        if (round == null || round.number() != request.round()) {
            return otherRound(request, round);
        }
        ExchangePlan plan = round.plan();
        int rank = plan.rankOf(caller.id());
        for (int chunk : request.chunks()) {
            if (rank == plan.ranks().size() || chunk < 0 || chunk >= plan.chunks() || plan.owner(chunk) != plan.rank()) {
                return Answer.no(Failure.Kind.REFUSED, "chunk " + chunk + " is not this node's to give to rank " + rank);
            }
            if (!round.awaitComplete(chunk, deadline)) {
                return notYet(round);
            }
        }
        return new Answer.WithFloats<>(new Nothing(), new Source(request, round, round.result()) {
            @Override
            public void writeTo(FloatsOut out) {
                super.writeTo(out);
                round.markServed(rank, request.chunks());
            }
        });
    }

    /** Who hears that it isn't ready asks again, so who won't ever be ready says something else. */
    private static Answer<Nothing> notYet(Round round) {
        return round.failure()
            .<Answer<Nothing>>map(why -> Answer.no(Failure.Kind.STALE, "all-reduce " + round.number() + " is over: " + why))
            .orElse(NOT_READY);
    }

    private static Answer<Nothing> otherRound(ChunkRequest request, Round round) {
        return round == null
            ? NOT_READY
            : Answer.no(Failure.Kind.STALE, "all-reduce " + request.round() + ", and this is at " + round.number());
    }

    /** The round of that number, or a later one, or null when it doesn't begin in time. */
    private Round awaitRound(long number, Deadline deadline) {
        lock.lock();
        try {
            while (current == null || current.number() < number) {
                long ns = deadline.remainingNs();
                if (ns == 0) {
                    return null;
                }
                begun.await(ns, TimeUnit.NANOSECONDS);
            }
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void peerLeft(Peer peer) {
        Round round;
        lock.lock();
        try {
            round = current;
        } finally {
            lock.unlock();
        }
        if (round != null && round.plan().rankOf(peer.id()) < round.plan().ranks().size()) {
            round.fail(new Failure(Failure.Kind.PEER_LEFT, peer + " has left during all-reduce " + round.number()));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static class Source implements FloatSource {
        private final ChunkRequest request;
        private final Round round;
        private final ExchangePlan plan;
        private final float[] values;

        Source(ChunkRequest request, Round round, float[] values) {
            this.request = request;
            this.round = round;
            this.plan = round.plan();
            this.values = values;
        }

        @Override
        public int count() {
            return request.floats(plan);
        }

        @Override
        public void writeTo(FloatsOut out) {
            long fromNs = System.nanoTime();
            for (int chunk : request.chunks()) {
                out.put(values, Chunks.start(chunk), plan.length(chunk));
            }
            round.servedFor(System.nanoTime() - fromNs);
        }
    }
}
