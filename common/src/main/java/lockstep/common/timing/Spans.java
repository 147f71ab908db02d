package lockstep.common.timing;

/** Is told when a phase begins and ends, as often as it does. For the thread of the training loop. */
public interface Spans {
    /** Nobody listens. */
    Spans NONE = new Spans() {
        @Override
        public void begin(Phase phase) {}

        @Override
        public void end(Phase phase) {}
    };

    void begin(Phase phase);

    /** Of the phase that was begun; what was begun and never ended counts for nothing. */
    void end(Phase phase);
}
