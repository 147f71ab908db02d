package lockstep.node.data;

/** The first step's batch at every step: a model that can learn at all drives its loss to nothing. */
public final class OverfitBatch implements MicroBatches {
    private final MicroBatches batches;

    public OverfitBatch(MicroBatches batches) {
        this.batches = batches;
    }

    @Override
    public void fill(int step, int m, int[] tokens, int[] targets) {
        batches.fill(0, m, tokens, targets);
    }

    @Override
    public long tokens() {
        return batches.tokens();
    }

    @Override
    public long tokensPerEpoch() {
        return batches.tokensPerEpoch();
    }

    @Override
    public void close() {
        batches.close();
    }
}
