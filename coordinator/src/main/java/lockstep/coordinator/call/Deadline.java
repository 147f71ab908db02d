package lockstep.coordinator.call;

import java.time.Duration;

/** When a wait ends in any case. */
public final class Deadline {
    private final long startNs = System.nanoTime();
    private final long limitNs;

    private Deadline(long limitNs) {
        this.limitNs = limitNs;
    }

    public static Deadline after(Duration limit) {
        return new Deadline(limit.toNanos());
    }

    public static Deadline afterMs(long limitMs) {
        return new Deadline(limitMs * 1_000_000);
    }

    /** Zero once it has passed. */
    public long remainingNs() {
        return Math.max(0, limitNs - (System.nanoTime() - startNs));
    }

    public boolean passed() {
        return remainingNs() == 0;
    }

    @Override
    public String toString() {
        return limitNs / 1_000_000 + " ms";
    }
}
