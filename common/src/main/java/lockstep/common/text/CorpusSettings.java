package lockstep.common.text;

import lockstep.common.UserError;

/**
 * How a corpus becomes shards.
 *
 * @param shardTokens most tokens of a shard
 * @param valFraction share of the text that is kept for validation, 0 = none
 * @param valBytesCap validation takes no further document once it holds this many bytes, and no more than this of a single file
 */
public record CorpusSettings(long shardTokens, double valFraction, long valBytesCap) {
    /** As llm.c's data scripts cut: 200 MB a shard. */
    public static final long DEFAULT_SHARD_TOKENS = 100_000_000;
    public static final double DEFAULT_VAL_FRACTION = 0.1;
    public static final long DEFAULT_VAL_BYTES_CAP = 16 << 20;
    public static final CorpusSettings DEFAULTS = new CorpusSettings(DEFAULT_SHARD_TOKENS, DEFAULT_VAL_FRACTION, DEFAULT_VAL_BYTES_CAP);

    private static final double LARGEST_VAL_FRACTION = 0.5;

    public CorpusSettings {
        if (shardTokens < 1 || shardTokens > Integer.MAX_VALUE) {
            throw new UserError(
                "tokens of a shard must be in 1.." + Integer.MAX_VALUE + " (the header's field is an int32), found " + shardTokens);
        }
        if (!(valFraction >= 0 && valFraction <= LARGEST_VAL_FRACTION)) {
            throw new UserError("validation fraction must be in 0.." + LARGEST_VAL_FRACTION + ", found " + valFraction);
        }
        if (valBytesCap < 1) {
            throw new UserError("most bytes of validation text must be > 0, found " + valBytesCap);
        }
    }
}
