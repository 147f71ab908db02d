package lockstep.coordinator.exchange;

/**
 * How chunks travel; shows in no bit.
 *
 * @param chunksPerMessage at most, of 1 MiB each
 * @param window messages under way at a time from one peer, in each of the two halves of the exchange
 */
public record Transfers(int chunksPerMessage, int window) {
    static final int MAX_CHUNKS_PER_MESSAGE = 4;
    /** See docs/log.md for what was measured. */
    public static final Transfers DEFAULT = new Transfers(4, 2);

    public Transfers {
        if (chunksPerMessage < 1 || chunksPerMessage > MAX_CHUNKS_PER_MESSAGE || window < 1) {
            throw new IllegalArgumentException("chunksPerMessage=" + chunksPerMessage + ", window=" + window);
        }
    }
}
