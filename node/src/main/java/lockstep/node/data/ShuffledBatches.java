package lockstep.node.data;

import java.util.List;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;

/**
 * Every T-token window of all shards once an epoch, in an order that seed and epoch decide. Sequence b of micro-batch m of step s is number (s·M + m)·B + b of the
 * endless row of epochs; nothing is stored, any place of it can be had at once.
 */
public final class ShuffledBatches implements MicroBatches {
    private final Samples samples;
    private final BatchPlan plan;
    private final long seed;
    private long epoch;
    private FeistelPermutation order;

    /** @throws UserError when a shard has no whole window, or all have fewer than B */
    public ShuffledBatches(List<TokenSequence> shards, BatchPlan plan, long seed) {
        this.samples = Samples.ofSequences(shards, plan.T());
        this.plan = plan;
        this.seed = seed;
        if (samples.count() < plan.B()) {
            throw new UserError(shards.getFirst().name() + ": sequences of " + plan.T() + " tokens in all shards: found " + samples.count()
                + ", expected at least --batch " + plan.B() + ", that is " + (plan.tokensPerMicroBatch() + 1L) + " tokens");
        }
        this.order = new FeistelPermutation(samples.count(), seed, 0);
    }

    @Override
    public void fill(int step, int m, int[] tokens, int[] targets) {
        long first = Math.multiplyExact((long) step * plan.M() + m, (long) plan.B());
        for (int b = 0; b < plan.B(); b++) {
            samples.read(place(first + b), tokens, targets, b * plan.T());
        }
    }

    @Override
    public long tokens() {
        return samples.tokens();
    }

    @Override
    public long tokensPerEpoch() {
        return samples.count() * plan.T();
    }

    @Override
    public void close() {
        samples.close();
    }

    private long place(long k) {
        long wanted = k / samples.count();
        if (wanted != epoch) {
            order = new FeistelPermutation(samples.count(), seed, wanted);
            epoch = wanted;
        }
        return order.apply(k % samples.count());
    }
}
