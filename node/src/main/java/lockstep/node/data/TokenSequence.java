package lockstep.node.data;

/** A shard's tokens, wherever they lie. */
public interface TokenSequence extends AutoCloseable {
    /** What errors call it: the file's path. */
    String name();

    /** Number of tokens. */
    long tokens();

    /** Overwrites dst[dstOffset ..) with the count tokens that start at from. Token ids of 2³¹ and more come out negative. */
    void read(long from, int[] dst, int dstOffset, int count);

    @Override
    void close();
}
