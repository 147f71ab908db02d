package lockstep.node.train;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;

import com.sun.management.ThreadMXBean;

import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;
import lockstep.common.format.ModelFile;
import lockstep.common.latency.NodeTimer;
import lockstep.common.trace.JfrSpans;
import lockstep.node.data.MicroBatches;
import lockstep.node.model.Golden;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/**
 * Trains a golden model for some steps, in this JVM or, by {@link #main}, in one of other flags: the same weights come out. A step has three micro-batches in two
 * groups, so that sums of groups, the average and the skip windows take part.
 */
final class GoldenRun {
    /** First steps of a run whose allocation is counted: long enough for C2 to have compiled all that a step does. */
    private static final int WARM_UP_STEPS = 300;
    private static final int COUNTED_STEPS = 10;

    private final Golden golden;
    private final int steps;
    private final int threads;
    private final Recompute recompute;

    GoldenRun(String golden, int steps, int threads, Recompute recompute) {
        this.golden = Golden.load(golden);
        this.steps = steps;
        this.threads = threads;
        this.recompute = recompute;
    }

    /** Prints the hash of the weights, or with the argument "allocation" how many bytes ten steps took from the heap: golden, steps, threads, recompute. */
    public static void main(String[] args) {
        GoldenRun run = new GoldenRun(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), Recompute.named(args[3]));
        System.out.println(run.weightsSha256());
    }

    /** Runs in a JVM whose heap nothing else uses. */
    static final class Allocation {
        private Allocation() {}

        public static void main(String[] args) {
            Counter counter = new Counter();
            new GoldenRun(args[0], WARM_UP_STEPS + COUNTED_STEPS, Integer.parseInt(args[1]), Recompute.named(args[2])).train(counter);
            System.out.println(counter.bytes);
        }
    }

    /** Prints the norms of all layers in all steps, in their bits. */
    static final class Norms {
        private Norms() {}

        public static void main(String[] args) {
            System.out.println(new GoldenRun(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), Recompute.NONE).norms());
        }
    }

    /** By step and layer: gradient, weights, update. */
    String norms() {
        StringBuilder all = new StringBuilder();
        train(new StepListener() {
            @Override
            public void stepDone(StepReport report) {
                for (int layer = 0; layer < report.layers().names().size(); layer++) {
                    all.append(Double.toHexString(report.layers().gradient(layer))).append(' ')
                        .append(Double.toHexString(report.layers().weight(layer))).append(' ')
                        .append(Double.toHexString(report.layers().update(layer))).append(' ');
                }
            }
        });
        return all.toString().trim();
    }

    String weightsSha256() {
        return ModelFile.weightsSha256(train(new StepListener() {}).params());
    }

    private TrainingState train(StepListener listener) {
        BatchPlan batch = new BatchPlan(golden.state().B(), golden.state().T(), 3, 2);
        RunPlan plan = new RunPlan(batch, RunPlan.Length.of(steps), new Schedule.Cosine(1e-3f, 2, steps, 0.1f), AdamWSettings.DEFAULT,
            SpikeRule.NEVER, new Cadence(0, 0, 0));
        TrainingState state = TrainingState.fresh(golden.shape(), golden.params());
        try (Workers workers = new Workers(threads); Rotated data = new Rotated(golden); StopFlag stop = new StopFlag()) {
            Engine engine = Engine.gpt2(state, batch, plan.adamW(), recompute, workers)
                .timed(new NodeTimer(System::nanoTime, new JfrSpans()));
            new Trainer(plan, engine, data, new Beside(Validation.none(), step -> "", new Nowhere()), listener, stop).run(state);
        }
        return state;
    }

    /** All threads' allocation over the counted steps. */
    private static final class Counter implements StepListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private long start;
        private long bytes = -1;

        @Override
        public void stepDone(StepReport report) {
            if (report.step() == WARM_UP_STEPS) {
                start = threads.getTotalThreadAllocatedBytes();
            } else if (report.step() == WARM_UP_STEPS + COUNTED_STEPS) {
                bytes = threads.getTotalThreadAllocatedBytes() - start;
            }
        }
    }

    /** PyTorch's batch, a token further along in each micro-batch. */
    private record Rotated(Golden golden) implements MicroBatches {
        @Override
        public void fill(int step, int m, int[] tokens, int[] targets) {
            int n = tokens.length;
            int shift = (step * 3 + m) % n;
            System.arraycopy(golden.state().x(), shift, tokens, 0, n - shift);
            System.arraycopy(golden.state().x(), 0, tokens, n - shift, shift);
            System.arraycopy(golden.state().y(), shift, targets, 0, n - shift);
            System.arraycopy(golden.state().y(), 0, targets, n - shift, shift);
        }

        @Override
        public long tokens() {
            return tokensPerEpoch();
        }

        @Override
        public long tokensPerEpoch() {
            return golden.state().x().length;
        }

        @Override
        public void close() {}
    }

    private static final class Nowhere implements CheckpointSink {
        @Override
        public Path save(TrainingState state) {
            return Path.of("nowhere");
        }

        @Override
        public Path save(TrainingState state, double validationLossNats) {
            return save(state);
        }

        @Override
        public Optional<Path> at(int step) {
            return Optional.empty();
        }

        @Override
        public Optional<Path> newest() {
            return Optional.empty();
        }
    }
}
