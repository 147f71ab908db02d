package lockstep.node.data;

import lockstep.common.UserError;

/** Looks at every token of a shard once, before training: an id beyond the vocabulary would index past the embedding hours later. */
final class TokenCheck {
    private static final int CHUNK = 1 << 16;

    private TokenCheck() {}

    /** @throws UserError naming shard, position, token and V where a token is not below V */
    static void requireBelow(TokenSequence shard, int V) {
        int[] chunk = new int[CHUNK];
        for (long from = 0; from < shard.tokens(); from += CHUNK) {
            int count = (int) Math.min(CHUNK, shard.tokens() - from);
            shard.read(from, chunk, 0, count);
            if (!allBelow(chunk, count, V)) {
                throw refusal(shard, from, chunk, V);
            }
        }
    }

    /** Branch-free, so that the JIT makes vectors of it: the sign of t | (V−1−t) is set where t &lt; 0 or t ≥ V. */
    private static boolean allBelow(int[] tokens, int count, int V) {
        int signs = 0;
        for (int i = 0; i < count; i++) {
            signs |= tokens[i] | V - 1 - tokens[i];
        }
        return signs >= 0;
    }

    private static UserError refusal(TokenSequence shard, long from, int[] chunk, int V) {
        int i = 0;
        while (Integer.compareUnsigned(chunk[i], V) < 0) {
            i++;
        }
        return new UserError(shard.name() + ": token at position " + (from + i) + ": found " + Integer.toUnsignedString(chunk[i])
            + ", expected below the vocabulary size " + V + ". Were these shards made with another tokenizer?");
    }
}
