package lockstep.node.data;

import java.util.List;

import lockstep.common.config.BatchPlan;

/** The shards from front to back, and again: micro-batch m of step s is sample s·M + m of B·T tokens. */
public final class SequentialBatches implements MicroBatches {
    private final Samples samples;
    private final BatchPlan plan;

    /** @throws lockstep.common.UserError when a shard is shorter than one batch */
    public SequentialBatches(List<TokenSequence> shards, BatchPlan plan) {
        this.samples = Samples.ofBatches(shards, plan.B(), plan.T());
        this.plan = plan;
    }

    @Override
    public void fill(int step, int m, int[] tokens, int[] targets) {
        long k = (long) step * plan.M() + m;
        samples.read(k % samples.count(), tokens, targets, 0);
    }

    @Override
    public long tokens() {
        return samples.tokens();
    }

    @Override
    public long tokensPerEpoch() {
        return samples.count() * plan.tokensPerMicroBatch();
    }

    @Override
    public void close() {
        samples.close();
    }
}
