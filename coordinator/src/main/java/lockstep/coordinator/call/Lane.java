package lockstep.coordinator.call;

import java.util.Locale;

/**
 * Threads of their own for requests that may wait for different things, so that those that wait can't hold up those that they wait for. A request for a partial sum waits for this node's own backward
 * pass alone, one for a complete sum waits for partials, and neither may delay what decides about both. What decides may wait for an update of this
 * node's state, for as many callers as there are nodes: so what only shows that this process lives has threads of its own, too.
 */
public enum Lane {
    CONTROL(8), PARTIALS(32), SUMS(32), LIFE(2);

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
