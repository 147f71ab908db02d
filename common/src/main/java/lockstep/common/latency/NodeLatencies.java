package lockstep.common.latency;

import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.LongSupplier;

import lockstep.common.timing.Spans;
import lockstep.common.timing.StepTimer;

/** All that this process measures of itself as a node: its steps, and its pauses from now until it is closed. */
public final class NodeLatencies implements AutoCloseable {
    private final NodeTimer timer;
    private final PauseMeter pauses = PauseMeter.start();
    private final LongSupplier wallClock;
    private final LongSupplier nanoClock;
    private final RecentLatencies recent;
    private Interval untaken = new Interval(0, 0);
    private long takenMs;

    /** @param spans is told of each phase as it begins and ends */
    public NodeLatencies(Spans spans) {
        this(new NodeTimer(System::nanoTime, spans), System::currentTimeMillis, System::nanoTime);
    }

    /**
     * @param wallClock ms since 1970
     * @param nanoClock monotonic time in ns
     */
    NodeLatencies(NodeTimer timer, LongSupplier wallClock, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.recent = new RecentLatencies(nanoClock.getAsLong());
        this.timer = timer;
        this.wallClock = wallClock;
        this.takenMs = wallClock.getAsLong();
    }

    public StepTimer timer() {
        return timer;
    }

    /** How long ago this process did a step; empty before its first. Any thread. */
    public OptionalLong sinceLastStepNs() {
        return timer.sinceLastStepNs();
    }

    /** By tag, in the order of the alphabet, without taking anything from who calls {@link #take}. Any thread. */
    public synchronized SortedMap<String, Recent> recent() {
        drain();
        return recent.snapshot(nanoClock.getAsLong());
    }

    private void drain() {
        Interval fresh = new Interval(0, 0);
        timer.drainTo(fresh);
        pauses.drainTo(fresh);
        recent.add(fresh, nanoClock.getAsLong());
        if (untaken.isEmpty()) {
            untaken = fresh;
        } else {
            untaken.addLatencies(fresh);
        }
    }

    /** What was recorded since the last call. Any thread. */
    public synchronized Interval take() {
        drain();
        long nowMs = Math.max(takenMs, wallClock.getAsLong()); // a clock that is set back makes no interval of negative length
        Interval interval = new Interval(takenMs, nowMs);
        takenMs = nowMs;
        interval.addLatencies(untaken);
        untaken = new Interval(0, 0);
        return interval;
    }

    @Override
    public void close() {
        pauses.close();
    }
}
