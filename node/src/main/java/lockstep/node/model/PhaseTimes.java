package lockstep.node.model;

/** Nanoseconds spent in each pass since the last {@link #reset}. */
public final class PhaseTimes {
    private long forwardNs;
    private long backwardNs;

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

    void addForward(long ns) {
        forwardNs += ns;
    }

    void addBackward(long ns) {
        backwardNs += ns;
    }
}
