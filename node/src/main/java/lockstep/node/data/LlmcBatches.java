package lockstep.node.data;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import lockstep.common.config.BatchPlan;
import lockstep.common.random.Mt19937;

/**
 * llm.c's shuffled order for one process: micro-batch m of step s is sample s·M + m of B·T tokens.
 *
 * <p>
 * One generator serves all draws: at the start of each epoch it permutes the order of the shards (on top of the last epoch's order), then, as each shard is entered,
 * the samples in it (from the identity). To reach a sample out of turn the draws are replayed; going on from the last one asked for costs nothing.
 */
public final class LlmcBatches implements MicroBatches {
    private final Samples samples;
    private final BatchPlan plan;
    private final Supplier<Permuter> generators;

    private Permuter generator;
    /** Order of the shards in this epoch. */
    private int[] shardOrder;
    /** Place in shardOrder of the shard that is open. */
    private int turn;
    /** Order of the samples in the open shard. */
    private int[] sampleOrder;
    /** Samples served before the open shard, over all epochs. */
    private long served;

    /**
     * @param seed llm.c's is 42
     * @throws lockstep.common.UserError when a shard is shorter than one batch
     */
    public LlmcBatches(List<TokenSequence> shards, BatchPlan plan, long seed) {
        this(shards, plan, () -> new Mt19937(seed)::permute);
    }

    /** @param generators gives the generator in its first state, again and again */
    LlmcBatches(List<TokenSequence> shards, BatchPlan plan, Supplier<Permuter> generators) {
        this.samples = Samples.ofBatches(shards, plan.B(), plan.T());
        this.plan = plan;
        this.generators = generators;
        rewind();
    }

    @Override
    public void fill(int step, int m, int[] tokens, int[] targets) {
        samples.read(place((long) step * plan.M() + m), tokens, targets, 0);
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

    /** Number of the k-th sample that llm.c's loader serves. */
    long place(long k) {
        if (k < served) {
            rewind();
        }
        while (k >= served + sampleOrder.length) {
            advance();
        }
        return samples.first(shardOrder[turn]) + sampleOrder[(int) (k - served)];
    }

    private void rewind() {
        generator = generators.get();
        shardOrder = identity(samples.shards());
        served = 0;
        startEpoch();
    }

    private void startEpoch() {
        generator.permute(shardOrder);
        turn = 0;
        enterShard();
    }

    private void advance() {
        served += sampleOrder.length;
        if (turn == shardOrder.length - 1) {
            startEpoch();
            return;
        }
        turn++;
        enterShard();
    }

    private void enterShard() {
        sampleOrder = identity(Math.toIntExact(samples.count(shardOrder[turn])));
        generator.permute(sampleOrder);
    }

    private static int[] identity(int n) {
        return IntStream.range(0, n).toArray();
    }
}
