package lockstep.coordinator.call;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When a wait ends in any case. */
public final class Deadline {
    private final LongSupplier nanoTime;
    private final long startNs;
    private final long limitNs;

    private Deadline(long limitNs, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startNs = nanoTime.getAsLong();
        this.limitNs = limitNs;
    }

    public static Deadline after(Duration limit) {
        return new Deadline(limit.toNanos(), System::nanoTime);
    }

    public static Deadline afterMs(long limitMs) {
        return afterMs(limitMs, System::nanoTime);
    }

    /** @param nanoTime a monotonic clock, in nanoseconds */
    public static Deadline afterMs(long limitMs, LongSupplier nanoTime) {
        return new Deadline(limitMs * 1_000_000, nanoTime);
    }

    /** Zero once it has passed. */
    public long remainingNs() {
        return Math.max(0, limitNs - (nanoTime.getAsLong() - startNs));
    }

    public boolean passed() {
        return remainingNs() == 0;
    }

    @Override
    public String toString() {
        return limitNs / 1_000_000 + " ms";
    }
}
