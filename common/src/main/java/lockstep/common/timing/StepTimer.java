package lockstep.common.timing;

/** Takes the times of one node. All calls on the thread of the training loop: each of them costs some ten nanoseconds and makes no object. */
public interface StepTimer extends Spans {
    /** Forgets everything. */
    StepTimer NONE = new StepTimer() {
        @Override
        public void begin(Phase phase) {}

        @Override
        public void end(Phase phase) {}

        @Override
        public void stepBegan() {}

        @Override
        public void add(Phase phase, long ns) {}

        @Override
        public long spentNs(Phase phase) {
            return 0;
        }

        @Override
        public void count(Phase phase, long ns) {}

        @Override
        public void countPeer(String peer, long ns) {}

        @Override
        public void stepDone() {}
    };

    /** A step begins, and nothing was spent on it so far: what belongs to one that was given up is forgotten. */
    void stepBegan();

    /** The step under way took so much longer in this phase, on other threads or unseen by {@link #begin}. */
    void add(Phase phase, long ns);

    /** On this phase since {@link #stepBegan}, by {@link #end} and {@link #add}. */
    long spentNs(Phase phase);

    /** Counts one duration. */
    void count(Phase phase, long ns);

    /**
     * Counts one step's exchange with a peer.
     *
     * @param peer its name, the same String in each step
     * @param ns from this node's own sums to the last message from that peer, 0 where that came first
     */
    void countPeer(String peer, long ns);

    /** The step's own durations have been counted. */
    void stepDone();
}
