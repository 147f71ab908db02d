package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.checkpoint.Retention;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;
import lockstep.common.model.ModelShape;
import lockstep.node.model.Recompute;
import lockstep.node.train.Cadence;
import lockstep.node.train.RunPlan;

/** A run with every value known: nothing here is a default any more. {@link ConfigJson} writes it down. */
record RunConfig(What what, BatchPlan batch, RunPlan.Length length, Machine machine, Optimizer optimizer, Beside beside) {
    /** @param tokenizer {@code gpt2}, {@code bytes}, or {@code none} where the vocabulary is neither's */
    record What(ModelChoice model, ModelShape shape, DataChoice data, String tokenizer, Order order, long seed) {
        boolean hasTokenizer() {
            return !tokenizer.equals("none");
        }
    }

    /** How this machine computes the run, which never shows in the bits. */
    record Machine(int threads, Recompute recompute) {}

    /** @param shuffle {@code full}, {@code llmc} or {@code none} */
    record Order(String shuffle, boolean overfitBatch) {}

    record Optimizer(Rate rate, AdamWSettings adamW, SpikeRule spikes) {}

    /** A schedule before the number of steps is known. */
    record Rate(String schedule, float lr, int warmup, float finalFraction) {
        Schedule over(int steps) {
            return Schedule.named(schedule, lr, warmup, steps, finalFraction);
        }
    }

    record Beside(Cadence cadence, int valBatches, int sampleTokens, Retention retention, int logEvery, Optional<ExamFile> exam) {}

    /** @param questions of the file, at most */
    record ExamFile(Path file, int questions) {}

    RunPlan plan(Cadence cadence) {
        return new RunPlan(batch, length, optimizer.rate().over(length.steps()), optimizer.adamW(), optimizer.spikes(), cadence);
    }
}
