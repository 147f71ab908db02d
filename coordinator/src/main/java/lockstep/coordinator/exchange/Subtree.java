package lockstep.coordinator.exchange;

/**
 * The groups [first, first + 2^level), an inner node (or leaf) of the perfect binary tree over all groups: what one partial sum stands for.
 *
 * @param first a multiple of 2^level
 */
public record Subtree(int first, int level) {
    static final int MAX_LEVEL = 30;

    public Subtree {
        if (level < 0 || level >= MAX_LEVEL || first < 0 || (first & ((1 << level) - 1)) != 0) {
            throw new IllegalArgumentException("a subtree starts at a multiple of its size: first=" + first + ", level=" + level);
        }
    }

    /** The tree's root, over a power of two of groups. */
    public static Subtree root(int groups) {
        return new Subtree(0, Integer.numberOfTrailingZeros(groups));
    }

    /** One past the last group. */
    public int end() {
        return first + (1 << level);
    }

    /** Where it stands when the nodes of the tree are counted from the root, 1, row by row: its parent at half of that. */
    int index(int groups) {
        return (groups + first) >> level;
    }
}
