package lockstep.node.data;

import java.util.List;

import lockstep.common.config.BatchPlan;

/** The orders that training data can come in. */
public enum Shuffle {
    /** Every window once an epoch, in an order of its own. */
    WINDOWS {
        @Override
        public MicroBatches batches(List<TokenSequence> shards, BatchPlan plan, long seed) {
            return new ShuffledBatches(shards, plan, seed);
        }
    },
    /** llm.c's order; its seed is 42. */
    LLMC {
        @Override
        public MicroBatches batches(List<TokenSequence> shards, BatchPlan plan, long seed) {
            return new LlmcBatches(shards, plan, seed);
        }
    },
    /** As it stands in the shards. */
    NONE {
        @Override
        public MicroBatches batches(List<TokenSequence> shards, BatchPlan plan, long seed) {
            return new SequentialBatches(shards, plan);
        }
    };

    /** @throws lockstep.common.UserError when a shard, or all of them, are too short */
    public abstract MicroBatches batches(List<TokenSequence> shards, BatchPlan plan, long seed);
}
