package lockstep.deploy.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What all threads of a process take from the heap from one update of the weights to the next, those of the exchange included. What a process does once at its start is left out, and so are the seconds in which
 * loops are still interpreted and box what compiled code doesn't.
 */
final class StepAllocation {
    static final int WARM_UPS = 5;
    /** Steps that are remembered: the latest. */
    static final int KEPT = 1023;
    private static final double BYTES_PER_MB = 1e6;

    private final LongSupplier allocatedBytes;
    private final long[] bytes = new long[KEPT];
    private int steps;
    private long lastBytes;

    /** @param allocatedBytes by all threads since the process began, those that have ended included */
    StepAllocation(LongSupplier allocatedBytes) {
        this.allocatedBytes = allocatedBytes;
    }

    /** The weights have been updated. */
    void updated() {
        long now = allocatedBytes.getAsLong();
        if (steps >= WARM_UPS) {
            bytes[(steps - WARM_UPS) % KEPT] = now - lastBytes;
        }
        steps++;
        lastBytes = now;
    }

    /** The median, for people; nothing before there is a step that counts. */
    Optional<String> summary() {
        int counted = Math.min(KEPT, Math.max(0, steps - WARM_UPS));
        if (counted == 0) {
            return Optional.empty();
        }
        long[] sorted = Arrays.copyOf(bytes, counted);
        Arrays.sort(sorted);
        return Optional
            .of(String.format(Locale.ROOT, "%.2f MB allocated a step by all threads, median of %d", sorted[counted / 2] / BYTES_PER_MB,
                counted));
    }
}
