package lockstep.node.data;

import java.util.stream.IntStream;

/** A shard in memory. */
public record ArrayTokens(String name, int[] ids) implements TokenSequence {
    /** count tokens: first, first + 1, … so that a token tells where it stood. */
    public static ArrayTokens counting(String name, int first, int count) {
        return new ArrayTokens(name, IntStream.range(first, first + count).toArray());
    }

    @Override
    public long tokens() {
        return ids.length;
    }

    @Override
    public void read(long from, int[] dst, int dstOffset, int count) {
        System.arraycopy(ids, Math.toIntExact(from), dst, dstOffset, count);
    }

    @Override
    public void close() {}
}
