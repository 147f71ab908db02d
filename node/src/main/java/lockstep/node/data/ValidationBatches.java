package lockstep.node.data;

import java.util.List;

import lockstep.common.UserError;

/** The first batches of the validation data, the same at every measurement. */
public final class ValidationBatches implements AutoCloseable {
    private final Samples samples;
    private final int requested;
    private final int count;

    /**
     * @param requested how many batches; where the shards have fewer, all they have
     * @throws UserError when a shard is shorter than one batch
     */
    public ValidationBatches(List<TokenSequence> shards, int B, int T, int requested) {
        if (requested <= 0) {
            throw new UserError("--val-batches must be > 0, found " + requested);
        }
        this.samples = Samples.ofBatches(shards, B, T);
        this.requested = requested;
        this.count = (int) Math.min(requested, samples.count());
    }

    /** Batches that there are to measure. */
    public int count() {
        return count;
    }

    /** Batches that were asked for. */
    public int requested() {
        return requested;
    }

    /** Overwrites tokens and targets, both (B,T), with batch i of {@link #count}. */
    public void fill(int i, int[] tokens, int[] targets) {
        if (i < 0 || i >= count) {
            throw new IndexOutOfBoundsException("batch " + i + " of " + count);
        }
        samples.read(i, tokens, targets, 0);
    }

    @Override
    public void close() {
        samples.close();
    }
}
