package lockstep.node.data;

/** A random number generator that shuffles; each call draws on. */
@FunctionalInterface
interface Permuter {
    /** Shuffles in place. */
    void permute(int[] data);
}
