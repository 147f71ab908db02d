package lockstep.common.trace;

import java.util.ArrayDeque;
import java.util.Deque;

/** The surest of the last few offsets of one clock: the older ones may have drifted. Not for several threads. */
public final class BestOffset {
    private static final int KEPT = 16;

    private final Deque<ClockOffset> last = new ArrayDeque<>();

    /** Adds one; returns that with the least error. */
    public ClockOffset add(ClockOffset offset) {
        last.add(offset);
        if (last.size() > KEPT) {
            last.remove();
        }
        ClockOffset best = offset;
        for (ClockOffset other : last) {
            if (other.errorNs() < best.errorNs()) {
                best = other;
            }
        }
        return best;
    }
}
