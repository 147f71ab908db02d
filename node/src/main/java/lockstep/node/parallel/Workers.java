package lockstep.node.parallel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the tasks of a parallel region on a fixed number of threads and waits for the last. Tasks are handed out in ascending order by one counter, so that a
 * slow thread takes fewer of them. Which thread runs a task is left to chance: a task must write only what no other task touches.
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

    private final int threads;
    private final ForkJoinPool pool;

    /** @param threads how many threads compute, the calling one included; at least 1 */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be >= 1: threads=" + threads);
        }
        this.threads = threads;
        this.pool = new ForkJoinPool(Math.max(1, threads - 1));
    }

    /** Threads that compute in a region, the caller's included. */
    public int threads() {
        return threads;
    }

    /**
     * Runs {@code body} for every task in 0..tasks−1 and returns when all are done. Regions do not nest.
     *
     * @throws RuntimeException or Error that a task threw, after all threads have left the region
     */
    public void run(int tasks, Task body) {
        int runners = Math.min(threads, tasks);
        if (runners <= 1) {
            for (int task = 0; task < tasks; task++) {
                body.run(task, 0);
            }
            return;
        }
        Region region = new Region(tasks, body, new AtomicInteger());
        ForkJoinTask<?>[] others = new ForkJoinTask<?>[runners - 1];
        for (int slot = 1; slot < runners; slot++) {
            int own = slot;
            others[slot - 1] = pool.submit(() -> region.drain(own));
        }
        try {
            region.drain(0);
        } finally {
            // Quietly: if the caller's own task failed, that failure is the one to report, and nobody may still be writing by then.
            for (ForkJoinTask<?> other : others) {
                other.quietlyJoin();
            }
        }
        for (ForkJoinTask<?> other : others) {
            other.join();
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private record Region(int tasks, Task body, AtomicInteger next) {
        void drain(int slot) {
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                body.run(task, slot);
            }
        }
    }
}
