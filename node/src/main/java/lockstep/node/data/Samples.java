package lockstep.node.data;

import java.util.Arrays;
import java.util.List;

import lockstep.common.UserError;

/** The samples of one width in a list of shards, numbered through: sample i of a shard starts at its token i·width and none crosses into the next shard. */
final class Samples implements AutoCloseable {
    private final List<TokenSequence> shards;
    private final int width;
    /** first[s] is the number of shard s's first sample; one more entry than shards. */
    private final long[] first;

    /**
     * @param width tokens of a sample, the one target more not counted
     * @param widthText what the width is made of, for the error
     * @throws UserError when a shard has no whole sample
     */
    Samples(List<TokenSequence> shards, int width, String widthText) {
        this.shards = List.copyOf(shards);
        this.width = width;
        this.first = new long[shards.size() + 1];
        for (int s = 0; s < shards.size(); s++) {
            TokenSequence shard = shards.get(s);
            long samples = Math.floorDiv(shard.tokens() - 1, (long) width);
            if (samples < 1) {
                throw new UserError(
                    shard.name() + ": tokens: found " + shard.tokens() + ", expected at least " + (width + 1L) + " (" + widthText
                        + " + 1)");
            }
            first[s + 1] = first[s] + samples;
        }
    }

    /** Samples of B sequences that lie side by side, as llm.c cuts them. */
    static Samples ofBatches(List<TokenSequence> shards, int B, int T) {
        return new Samples(shards, Math.multiplyExact(B, T), "--batch " + B + " x --seq-len " + T);
    }

    /** Samples of one sequence. */
    static Samples ofSequences(List<TokenSequence> shards, int T) {
        return new Samples(shards, T, "--seq-len " + T);
    }

    int shards() {
        return shards.size();
    }

    /** Samples in all shards. */
    long count() {
        return first[shards.size()];
    }

    /** Samples in one shard. */
    long count(int shard) {
        return first[shard + 1] - first[shard];
    }

    /** Number of a shard's first sample. */
    long first(int shard) {
        return first[shard];
    }

    /** Tokens in all shards. */
    long tokens() {
        return shards.stream().mapToLong(TokenSequence::tokens).sum();
    }

    /** Overwrites tokens[offset ..) and targets[offset ..) with one sample. */
    void read(long sample, int[] tokens, int[] targets, int offset) {
        int found = Arrays.binarySearch(first, sample);
        int shard = found >= 0 ? found : -found - 2;
        long from = (sample - first[shard]) * width;
        shards.get(shard).read(from, tokens, offset, width);
        // All targets but the last are tokens already read.
        System.arraycopy(tokens, offset + 1, targets, offset, width - 1);
        shards.get(shard).read(from + width, targets, offset + width - 1, 1);
    }

    @Override
    public void close() {
        shards.forEach(TokenSequence::close);
    }
}
