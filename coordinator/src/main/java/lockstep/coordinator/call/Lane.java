package lockstep.coordinator.call;

import java.util.Locale;

/**
 * Threads of their own for requests that may wait for different things, so that those that wait can't hold up those that they wait for. A request for a partial sum waits for this node's own backward
 * pass alone, one for a complete sum waits for partials, and neither may delay what decides about both.
 */
public enum Lane {
    CONTROL(8), PARTIALS(32), SUMS(32);

    private final int threads;

    Lane(int threads) {
        this.threads = threads;
    }

    /** At most; started when needed. */
    int threads() {
        return threads;
    }

    String executor() {
        return "lockstep-" + name().toLowerCase(Locale.ROOT);
    }
}
