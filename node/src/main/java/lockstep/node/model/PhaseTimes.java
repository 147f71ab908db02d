package lockstep.node.model;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

/** Nanoseconds spent in each pass since the last {@link #reset}. A pass that was given up counts for nothing. */
public final class PhaseTimes {
    private Spans spans = Spans.NONE;
    private long forwardStartNs;
    private long backwardStartNs;
    private long forwardNs;
    private long backwardNs;

    /** Tells this one, too, from now on. */
    public void tell(Spans listener) {
        spans = listener;
    }

    public long forwardNs() {
        return forwardNs;
    }

    /** The classifier's forward pass included, which is fused with its backward pass. */
    public long backwardNs() {
        return backwardNs;
    }

    public void reset() {
        forwardNs = 0;
        backwardNs = 0;
    }

    void forwardBegins() {
        spans.begin(Phase.FORWARD);
        forwardStartNs = System.nanoTime();
    }

    void backwardBegins() {
        backwardStartNs = System.nanoTime();
        spans.end(Phase.FORWARD);
        spans.begin(Phase.BACKWARD);
    }

    void backwardEnds() {
        forwardNs += backwardStartNs - forwardStartNs;
        backwardNs += System.nanoTime() - backwardStartNs;
        spans.end(Phase.BACKWARD);
    }
}
