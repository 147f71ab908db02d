package lockstep.common.latency;

import java.util.function.LongSupplier;

import lockstep.common.timing.Spans;
import lockstep.common.timing.StepTimer;

/** All that this process measures of itself as a node: its steps, and its pauses from now until it is closed. */
public final class NodeLatencies implements AutoCloseable {
    private final NodeTimer timer;
    private final PauseMeter pauses = PauseMeter.start();
    private final LongSupplier wallClock;
    private long takenMs;

    /** @param spans is told of each phase as it begins and ends */
    public NodeLatencies(Spans spans) {
        this(new NodeTimer(System::nanoTime, spans), System::currentTimeMillis);
    }

    /** @param wallClock ms since 1970 */
    NodeLatencies(NodeTimer timer, LongSupplier wallClock) {
        this.timer = timer;
        this.wallClock = wallClock;
        this.takenMs = wallClock.getAsLong();
    }

    public StepTimer timer() {
        return timer;
    }

    /** What was recorded since the last call. Any thread. */
    public synchronized Interval take() {
        long nowMs = Math.max(takenMs, wallClock.getAsLong()); // a clock that is set back makes no interval of negative length
        Interval interval = new Interval(takenMs, nowMs);
        takenMs = nowMs;
        timer.drainTo(interval);
        pauses.drainTo(interval);
        return interval;
    }

    @Override
    public void close() {
        pauses.close();
    }
}
