package lockstep.coordinator.exchange;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.stream.LongStream;

import lockstep.common.model.Chunks;
import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.call.Deadline;
import lockstep.coordinator.call.Failure;
import lockstep.coordinator.call.FloatsIn;

/** One all-reduce. A chunk of this node is computed, then offered (all of this node's partials of it are final), then complete. */
public final class Round {
    private static final long LOOK_MS = 20;

    private final long number;
    private final ExchangePlan plan;
    private final float[] result;
    private final List<Partial> partials;
    private final Finish finish;
    private final Deadline deadline;
    private final ChunkSum[] sums;
    private final int[] missing; // floats of each chunk not offered yet
    private final boolean[] complete;
    private final int[][] offered; // by owner, in the order of their offers
    private final int[] offeredCount;
    private final boolean[][] served; // by rank and chunk
    private final ExchangeTrace trace;
    private final AtomicLongArray heardNs; // by rank
    private final LongAdder serviceNs = new LongAdder();
    private int incomplete;
    private int unserved;
    private Failure failure;
    /** Shared by all that read what has come. */
    private final StampedLock arrivals = new StampedLock();
    private boolean sealed;
    private final ReentrantLock lock = new ReentrantLock();
    // One for each thing that is waited for: a chunk's offer, its sum and its delivery would otherwise each wake everybody, a thousand times a round.
    private final Condition offers = lock.newCondition();
    private final Condition completions = lock.newCondition();
    private final Condition ended = lock.newCondition();

    Round(long number, ExchangePlan plan, float[] result, List<Partial> partials, RoundTools tools) {
        int N = plan.ranks().size();
        this.number = number;
        this.plan = plan;
        this.result = result;
        this.partials = List.copyOf(partials);
        this.finish = tools.finish();
        this.deadline = tools.deadline();
        this.trace = tools.trace();
        this.heardNs = new AtomicLongArray(LongStream.generate(System::nanoTime).limit(N).toArray());
        this.incomplete = plan.chunks();
        this.unserved = plan.ownedBy(plan.rank()) * (N - 1);
        this.complete = new boolean[plan.chunks()];
        this.served = new boolean[N][plan.chunks()];
        this.offered = new int[N][];
        Arrays.setAll(offered, rank -> new int[plan.ownedBy(rank)]);
        this.offeredCount = new int[N];
        this.missing = new int[plan.chunks()];
        Arrays.setAll(missing, plan::length);
        this.sums = new ChunkSum[plan.chunks()];
        for (int chunk = plan.rank(); chunk < plan.chunks(); chunk += N) {
            sums[chunk] = new ChunkSum(plan, chunk, result, tools.buffers());
        }
    }

    long number() {
        return number;
    }

    ExchangePlan plan() {
        return plan;
    }

    Deadline deadline() {
        return deadline;
    }

    /**
     * The floats [from, to) of all partials are final, and may be overwritten by sums from now on. Each float is offered once; a chunk travels when its last one was.
     */
    public void offer(int from, int to) {
        if (from < 0 || to > plan.parameters() || from > to) {
            throw new IllegalArgumentException("floats " + from + " to " + to + " of " + plan.parameters());
        }
        for (int chunk = from / Chunks.FLOATS; chunk < Chunks.count(to); chunk++) {
            int start = Chunks.start(chunk);
            int n = Math.min(to, start + plan.length(chunk)) - Math.max(from, start);
            if (take(chunk, n)) {
                if (plan.owner(chunk) == plan.rank() && sums[chunk].own(partials)) {
                    sumComplete(chunk);
                }
                offered(chunk);
            }
        }
    }

    private boolean take(int chunk, int n) {
        lock.lock();
        try {
            if (missing[chunk] < n) {
                throw new IllegalStateException("floats of chunk " + chunk + " were offered twice");
            }
            missing[chunk] -= n;
            return n > 0 && missing[chunk] == 0;
        } finally {
            lock.unlock();
        }
    }

    private void offered(int chunk) {
        lock.lock();
        try {
            int owner = plan.owner(chunk);
            offered[owner][offeredCount[owner]++] = chunk;
            offers.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this node has all sums and every peer has taken those that it needs from here. Where that fails nothing writes to the round's arrays any more. */
    public Outcome await() {
        return await(Optional::empty);
    }

    /**
     * The same, and looks now and then whether that has become pointless.
     *
     * @param over why nobody needs the sums any more, where that is so
     */
    public Outcome await(Supplier<Optional<String>> over) {
        while (!waitUntil(this::isOver, ended, Deadline.afterMs(LOOK_MS)) && goesOn()) {
            over.get().ifPresent(this::abandon);
        }
        Failure why = waitFor(this::isOver, ended);
        if (why == null) {
            return new Outcome.Complete();
        }
        fail(why);
        seal();
        return new Outcome.Failed(why);
    }

    private boolean goesOn() {
        return failure().isEmpty() && !deadline.passed();
    }

    /** Why it has ended without sums, where it has. */
    Optional<Failure> failure() {
        lock.lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver() {
        return incomplete == 0 && unserved == 0;
    }

    /** Copies chunks owned by someone, from position `from` on, into `into`, waiting for one at least. Returns how many; none means that the round has failed. */
    int takeOffered(int owner, int from, int[] into) {
        lock.lock();
        try {
            if (waitFor(() -> offeredCount[owner] > from, offers) != null) {
                return 0;
            }
            int n = Math.min(into.length, offeredCount[owner] - from);
            System.arraycopy(offered[owner], from, into, 0, n);
            return n;
        } finally {
            lock.unlock();
        }
    }

    /** How many could be taken without waiting. */
    int available(int owner, int from) {
        lock.lock();
        try {
            return offeredCount[owner] - from;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this node has offered a chunk, at most as long as the caller waits; returns whether it has. */
    boolean awaitOffered(int chunk, Deadline callers) {
        return waitUntil(() -> missing[chunk] == 0, offers, callers);
    }

    boolean awaitComplete(int chunk, Deadline callers) {
        return waitUntil(() -> complete[chunk], completions, callers);
    }

    ExchangeTrace trace() {
        return trace;
    }

    /** A message from a peer begins to arrive. */
    void heard(int rank) {
        heardNs.set(rank, System.nanoTime());
    }

    /** When the last message from a peer began to arrive, by System.nanoTime; when the round began where there was none. */
    public long heardNs(int rank) {
        return heardNs.get(rank);
    }

    /** Some thread has written chunks for a peer. */
    void servedFor(long ns) {
        serviceNs.add(ns);
    }

    /** Time that threads took to give chunks to others, as far as they have. */
    public long serviceNs() {
        return serviceNs.sum();
    }

    Partial partial(Subtree subtree) {
        return partials.stream().filter(partial -> partial.subtree().equals(subtree)).findFirst().orElseThrow();
    }

    boolean holds(Subtree subtree) {
        return partials.stream().anyMatch(partial -> partial.subtree().equals(subtree));
    }

    float[] result() {
        return result;
    }

    /** What a peer sent is read, which writes to the round's arrays: not once the round is over here, for they may be the next one's by then. */
    @FunctionalInterface
    interface Arrival {
        void read() throws IOException;
    }

    void receive(Arrival arrival) throws IOException {
        long stamp = arrivals.readLock();
        try {
            if (sealed) {
                throw new IOException("all-reduce " + number + " is over here");
            }
            arrival.read();
        } finally {
            arrivals.unlockRead(stamp);
        }
    }

    /** Lets what is being read come to its end, which takes a copy's time, and nothing else begin. */
    private void seal() {
        long stamp = arrivals.writeLock();
        sealed = true;
        arrivals.unlockWrite(stamp);
    }

    void partialArrived(int chunk, Subtree subtree, FloatsIn in) throws IOException {
        if (sums[chunk].arrive(subtree, in)) {
            sumComplete(chunk);
        }
    }

    void sumArrived(int chunk, FloatsIn in) throws IOException {
        in.copy(result, Chunks.start(chunk), plan.length(chunk));
        markComplete(chunk);
    }

    private void sumComplete(int chunk) {
        finish.apply(result, Chunks.start(chunk), plan.length(chunk));
        markComplete(chunk);
    }

    private void markComplete(int chunk) {
        lock.lock();
        try {
            if (!complete[chunk]) {
                complete[chunk] = true;
                incomplete--;
                completions.signalAll();
                signalEnd();
            }
        } finally {
            lock.unlock();
        }
    }

    void markServed(int rank, int[] chunks) {
        lock.lock();
        try {
            for (int chunk : chunks) {
                if (!served[rank][chunk]) {
                    served[rank][chunk] = true;
                    unserved--;
                }
            }
            signalEnd();
        } finally {
            lock.unlock();
        }
    }

    private void signalEnd() {
        if (isOver()) {
            ended.signalAll();
        }
    }

    /** Ends the round here, because what it was for is over: nothing writes to its arrays any more. */
    public void abandon(String why) {
        fail(new Failure(Failure.Kind.STALE, why));
        seal();
    }

    void fail(Failure why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
            }
            offers.signalAll();
            completions.signalAll();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface State {
        boolean reached();
    }

    /** Returns null once the state is reached, else why it won't be. */
    private Failure waitFor(State state, Condition changed) {
        if (waitUntil(state, changed, deadline)) {
            return null;
        }
        lock.lock();
        try {
            return failure != null
                ? failure
                : new Failure(Failure.Kind.TIMED_OUT, "all-reduce " + number + " within " + deadline + ": " + incomplete
                    + " of " + plan.chunks() + " sums are not complete here, " + unserved + " transfers to others are to come");
        } finally {
            lock.unlock();
        }
    }

    private boolean waitUntil(State state, Condition changed, Deadline until) {
        lock.lock();
        try {
            while (!state.reached()) {
                long ns = until.remainingNs();
                if (failure != null || ns == 0) {
                    return false;
                }
                changed.await(ns, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new Failure(Failure.Kind.CLOSED, "interrupted"));
            return false;
        } finally {
            lock.unlock();
        }
    }
}
