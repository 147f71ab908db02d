package lockstep.deploy.latency;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/** Does something again and again on a thread of its own, with pauses, until it is closed. */
final class Recurring implements AutoCloseable {
    private final Runnable action;
    private final LongUnaryOperator pauseNs;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * One that begins once it is started.
     *
     * @param pauseNs how long it waits before it acts, of the time since the start: 0 exactly before the first time
     */
    Recurring(String name, Runnable action, LongUnaryOperator pauseNs) {
        this.action = action;
        this.pauseNs = pauseNs;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long startNs = System.nanoTime();
        long nowNs = startNs;
        while (!closed) {
            long wakeNs = nowNs + pauseNs.applyAsLong(nowNs - startNs);
            while (!closed && System.nanoTime() - wakeNs < 0) {
                LockSupport.parkNanos(wakeNs - System.nanoTime());
            }
            if (!closed) {
                action.run();
            }
            nowNs = System.nanoTime();
        }
    }

    /** What it is about is done to its end, nothing after that. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
