package lockstep.node.layer;

/** What is done to a piece of a product's output right after its last sum, while it is in the cache. */
@FunctionalInterface
interface Epilogue {
    /**
     * @param c the output, whose rows lie ldc apart
     * @param at the piece's first value
     */
    void apply(float[] c, int at, int ldc, int rows, int columns);
}
