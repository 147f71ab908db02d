package lockstep.node.parallel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the tasks of a parallel region on a fixed number of threads and waits for the last. Tasks are handed out in ascending order by one counter, so that a
 * slow thread takes fewer of them. Which thread runs a task is left to chance: a task must write only what no other task touches.
 *
 * <p>
 * Each thread of the pool holds one helper for good, which waits for the next region: a step has hundreds of regions, some of a few microseconds, and starting
 * one takes neither a queue nor an object.
 */
public final class Workers implements AutoCloseable {
    /** The body of a parallel region. */
    @FunctionalInterface
    public interface Task {
        /**
         * @param task index of the task, 0 ≤ task &lt; tasks
         * @param slot index of the running thread in this region, 0 ≤ slot &lt; {@link Workers#threads()}: the key of per-thread scratch memory
         */
        void run(int task, int slot);
    }

    /** How long a thread looks for work, or for the end of a region, before it sleeps: longer than the gap between two regions of a step. */
    private static final long SPIN_NS = 50_000;
    private static final int SPINS_PER_LOOK_AT_THE_CLOCK = 64;

    private final int threads;
    private final ForkJoinPool pool;
    private final Helper[] helpers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int tasks;
    private Task body;
    private Thread caller;
    private volatile boolean closed;
    private volatile long regions;

    /** @param threads how many threads compute, the calling one included; at least 1 */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be >= 1: threads=" + threads);
        }
        this.threads = threads;
        this.pool = new ForkJoinPool(Math.max(1, threads - 1));
        this.helpers = new Helper[threads - 1];
        for (int slot = 1; slot < threads; slot++) {
            helpers[slot - 1] = new Helper(slot);
            pool.execute(helpers[slot - 1]);
        }
    }

    /** Threads that compute in a region, the caller's included. */
    public int threads() {
        return threads;
    }

    /** Regions that were begun so far: it rises as long as something is computed. Any thread. */
    public long regions() {
        return regions;
    }

    /**
     * Runs {@code body} for every task in 0..tasks−1 and returns when all are done. Regions do not nest. Allocates nothing.
     *
     * @throws RuntimeException or Error that a task threw, after all threads have left the region
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one region at a time
    public void run(int tasks, Task body) {
        regions++;
        int runners = Math.min(threads, tasks);
        if (runners <= 1) {
            for (int task = 0; task < tasks; task++) {
                body.run(task, 0);
            }
            return;
        }
        this.tasks = tasks;
        this.body = body;
        this.caller = Thread.currentThread();
        next.set(0);
        busy.set(runners - 1);
        for (int i = 0; i < runners - 1; i++) {
            helpers[i].begin();
        }
        drain(0);
        awaitHelpers();
        this.body = null;
        rethrow();
    }

    private void drain(int slot) {
        try {
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                body.run(task, slot);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Even after a failure: nobody may still be writing when {@link #run} returns. */
    private void awaitHelpers() {
        long start = System.nanoTime();
        for (int spins = 1; busy.get() > 0; spins++) {
            pause(spins, start);
        }
    }

    private void rethrow() {
        if (failure.get() == null) {
            return;
        }
        switch (failure.getAndSet(null)) {
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new AssertionError("drain keeps no checked exception", e);
        }
    }

    /** Spins for a while, then sleeps until it is woken, which may also happen for no reason. */
    private void pause(int spins, long startNs) {
        if (spins % SPINS_PER_LOOK_AT_THE_CLOCK != 0 || System.nanoTime() - startNs < SPIN_NS) {
            Thread.onSpinWait();
        } else {
            LockSupport.park(this);
        }
    }

    /** Ends the helpers. No region may be running. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            helper.wake();
        }
        pool.close();
    }

    /** One thread of the pool, from region to region. */
    private final class Helper implements Runnable {
        private final int slot;
        /** Regions that this helper was called to; written by the caller alone, which publishes the region with it. */
        private volatile int called;
        private volatile Thread thread;

        Helper(int slot) {
            this.slot = slot;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate")
        void begin() {
            called++;
            wake();
        }

        void wake() {
            // A thread that isn't there yet looks at "called" before it sleeps.
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            for (int done = 0; awaitCall(done); done++) {
                drain(slot);
                Thread waiting = caller;
                if (busy.decrementAndGet() == 0) {
                    LockSupport.unpark(waiting);
                }
            }
        }

        /** @return false when there will be no further region */
        private boolean awaitCall(int done) {
            long start = System.nanoTime();
            for (int spins = 1; called == done; spins++) {
                if (closed) {
                    return false;
                }
                pause(spins, start);
            }
            return true;
        }
    }
}
