package lockstep.common.model;

/** Is told which floats of a gradient have come to their last value, while others are still computed: whoever sends them need not wait for the rest. */
@FunctionalInterface
public interface FinalRanges {
    /**
     * The floats [from, to) won't change any more. The ranges of one pass come in an order that is a constant of the model, and hold each float once. On the thread of the pass, which waits meanwhile.
     */
    void isFinal(int from, int to);

    /** Of a pass that nobody waits for. */
    FinalRanges UNHEARD = (from, to) -> {};
}
