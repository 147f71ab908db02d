package lockstep.common.latency;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import lockstep.common.timing.Phase;

/**
 * Measures how long this process stands still, in the manner of jHiccup: a thread that has nothing to do sleeps fifty milliseconds again and again, and what it sleeps longer than the shortest sleep that was seen is a pause. A
 * long one hides those that would have been seen while it lasted, so each pause is followed by those, shorter by fifty milliseconds each: HdrHistogram's correction by the expected interval.
 */
public final class PauseMeter implements AutoCloseable {
    private static final long SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final TagRecorder recorder = new TagRecorder();
    private final Thread thread = Thread.ofPlatform().daemon().name("pause-meter").unstarted(this::run);
    private long shortestNs = Long.MAX_VALUE;
    private volatile boolean closed;

    /** One that sleeps only once it is started. */
    PauseMeter() {}

    public static PauseMeter start() {
        PauseMeter meter = new PauseMeter();
        meter.thread.start();
        return meter;
    }

    private void run() {
        while (!closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(SLEEP_NS);
            observed(System.nanoTime() - before);
        }
    }

    /** One sleep is over. */
    void observed(long sleptNs) {
        shortestNs = Math.min(shortestNs, sleptNs);
        recorder.record(sleptNs - shortestNs, SLEEP_NS);
    }

    /** Adds what was measured since the last call. Any thread, one at a time. */
    public synchronized void drainTo(Interval interval) {
        recorder.drainTo(interval, Phase.PAUSE.tag());
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
