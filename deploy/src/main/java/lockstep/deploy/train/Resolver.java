package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.checkpoint.Retention;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Decay;
import lockstep.common.config.SpikeRule;
import lockstep.node.model.Recompute;
import lockstep.node.train.Cadence;
import lockstep.node.train.RunPlan;

/**
 * Fills in what the user left out and refuses what cannot be. Only the number of steps may have to wait for the data ({@code --epochs});
 * everything else is checked
 * before a file is written.
 */
final class Resolver {
    private static final List<String> SCHEDULES = List.of("cosine", "linear", "constant", "wsd");
    private static final List<String> DECAYS = List.of("matrices", "all");
    private static final int MAX_THREADS = 1024;

    private final TrainOptions options;
    private final RunConfig.What what;
    private final BatchPlan batch;
    private final Optional<Exam> exam;

    /** @throws lockstep.common.UserError when values are out of range or contradict each other */
    Resolver(TrainOptions options) {
        Conflicts.refuse(options);
        this.options = options;
        WhatResolver resolver = new WhatResolver(options);
        this.what = resolver.what();
        this.batch = batch();
        if (batch.T() > what.shape().maxT()) {
            throw Expect.wrong("--seq-len", batch.T(), "at most " + what.shape().maxT() + ", the longest context of the model");
        }
        options.length.epochs.ifPresent(epochs -> Expect.positive("--epochs", epochs));
        options.length.steps.ifPresent(steps -> Expect.positive("--steps", steps));
        // Everything that doesn't depend on the data, now: preparing text may take minutes.
        RunConfig config = resolve(fixedSteps().orElse(options.run.stopAfter.filter(step -> step > 0).orElse(DefaultRun.STEPS)));
        this.exam = Exam.of(config.beside(), what);
    }

    RunConfig.What what() {
        return what;
    }

    /** The questions that the run asks, where it does. */
    Optional<Exam> exam() {
        return exam;
    }

    BatchPlan plan() {
        return batch;
    }

    RunConfig.Machine machine() {
        int threads = options.run.threads.orElse(Runtime.getRuntime().availableProcessors());
        return new RunConfig.Machine(Expect.between("--threads", threads, 1, MAX_THREADS),
            options.run.recompute.map(Recompute::named).orElse(Recompute.NONE));
    }

    /**
     * @param tokensPerEpoch what the data says of one pass
     * @param shard named where that makes no step
     */
    RunConfig resolve(long tokensPerEpoch, Path shard) {
        return resolve(steps(tokensPerEpoch, shard));
    }

    private int steps(long tokensPerEpoch, Path shard) {
        Optional<Integer> fixed = fixedSteps();
        if (fixed.isPresent()) {
            return fixed.get();
        }
        long epochs = options.length.epochs.orElse(DefaultRun.LARGE_EPOCHS);
        long steps = Math.multiplyExact(epochs, tokensPerEpoch) / batch.tokensPerStep();
        if (steps < 1 || steps > Integer.MAX_VALUE) {
            throw Expect.wrong("--epochs", epochs,
                "1 to " + Integer.MAX_VALUE + " whole steps: an epoch of " + shard + " has " + tokensPerEpoch
                    + " tokens, a step " + batch.tokensPerStep());
        }
        return (int) steps;
    }

    /** Steps that don't depend on the data. */
    private Optional<Integer> fixedSteps() {
        boolean byDefault = options.length.epochs.isEmpty() && !isLarge();
        return options.length.steps.or(() -> byDefault ? Optional.of(DefaultRun.STEPS) : Optional.empty());
    }

    private RunConfig resolve(int steps) {
        int stopAfter = options.run.stopAfter.orElse(steps);
        if (what.model() instanceof ModelChoice.Continued begun && begun.stepsDone() >= steps) {
            throw Expect.wrong("--steps", steps, "more than the " + begun.stepsDone() + " that " + begun.optimizerState() + " has done");
        }
        RunConfig config = new RunConfig(what, batch, new RunPlan.Length(steps, stopAfter), machine(), optimizer(steps), beside(steps));
        config.plan(config.beside().cadence());
        return config;
    }

    private boolean isLarge() {
        return !(what.model() instanceof ModelChoice.Sizes);
    }

    private BatchPlan batch() {
        LengthOptions length = options.length;
        int B = Expect.positive("--batch", length.batch.orElse(isLarge() ? DefaultRun.LARGE_BATCH : DefaultRun.BATCH));
        int T = WhatResolver.seqLen(length, what.model(), what.shape().maxT());
        int M = length.totalBatch.isPresent()
            ? microBatches(length.totalBatch.get(), (long) B * T, B + " x --seq-len " + T)
            : Expect.positive("--micro-batches", length.microBatches.orElse(DefaultRun.MICRO_BATCHES));
        return new BatchPlan(B, T, M, length.groups.orElse(BatchPlan.defaultGroups(M)));
    }

    private static int microBatches(long totalBatch, long tokens, String sizes) {
        if (totalBatch <= 0 || totalBatch % tokens != 0 || totalBatch / tokens > Integer.MAX_VALUE) {
            throw Expect.wrong("--total-batch", totalBatch, "a multiple of the " + tokens + " tokens of --batch " + sizes);
        }
        return (int) (totalBatch / tokens);
    }

    private RunConfig.Optimizer optimizer(int steps) {
        OptimizerOptions o = options.optimizer;
        AdamWSettings d = DefaultRun.ADAM_W;
        String schedule = Expect.oneOf("--lr-schedule", o.lrSchedule.orElse(DefaultRun.LR_SCHEDULE), SCHEDULES);
        RunConfig.Rate rate = new RunConfig.Rate(schedule, o.lr.orElse(defaultLr()), o.warmup.orElse(DefaultRun.warmup(steps)),
            o.finalLrFraction.orElse(Float.valueOf(DefaultRun.FINAL_LR_FRACTION)));
        float gradClip = (float) Expect.limit("--grad-clip", o.gradClip.orElse(d.gradClip()));
        Decay decay = o.decay.map(name -> Decay.valueOf(Expect.oneOf("--decay", name, DECAYS).toUpperCase(Locale.ROOT))).orElse(d.decay());
        AdamWSettings adamW = new AdamWSettings(o.beta1.orElse(d.beta1()), o.beta2.orElse(d.beta2()), o.eps.orElse(d.eps()),
            o.weightDecay.orElse(d.weightDecay()), decay, gradClip);
        SpikeRule spikes =
            new SpikeRule(Expect.limit("--skip-loss-z", o.skipLossZ.orElse(0.0)), Expect.limit("--skip-grad-z", o.skipGradZ.orElse(0.0)));
        return new RunConfig.Optimizer(rate, adamW, spikes);
    }

    private float defaultLr() {
        return switch (what.model()) {
            case ModelChoice.Named _ -> DefaultRun.lrFromScratch(what.shape());
            case ModelChoice.Stored _,ModelChoice.Continued _ -> Float.parseFloat(DefaultRun.FINE_TUNING_LR);
            case ModelChoice.Sizes _ -> Float.parseFloat(DefaultRun.LR);
        };
    }

    private RunConfig.Beside beside(int steps) {
        BesideOptions o = options.beside;
        int valEvery = validates() ? o.valEvery.orElse(DefaultRun.every(steps, DefaultRun.VALIDATIONS)) : 0;
        int sampleEvery = o.sampleEvery.orElse(what.hasTokenizer() ? DefaultRun.every(steps, DefaultRun.SAMPLES) : 0);
        if (sampleEvery != 0 && !what.hasTokenizer()) {
            throw Expect.wrong("--sample-every", sampleEvery,
                "0, because no tokenizer has the " + what.shape().V() + " tokens of the model");
        }
        Optional<RunConfig.ExamFile> exam = examFile(o);
        int examineEvery = exam.isEmpty() ? 0 : o.hellaswagEvery.orElse(DefaultRun.every(steps, DefaultRun.VALIDATIONS));
        Cadence cadence = new Cadence(valEvery, sampleEvery, o.checkpointEvery.orElse(DefaultRun.CHECKPOINT_EVERY), examineEvery);
        Retention retention = new Retention(o.keep.orElse(DefaultRun.KEEP), o.keepMajor.orElse(0), o.keepBest.orElse(false));
        int logEvery = o.logEvery.orElse(steps <= DefaultRun.LOG_LINES ? 1 : DefaultRun.every(steps, DefaultRun.LOG_LINES));
        return new RunConfig.Beside(cadence, Expect.positive("--val-batches", o.valBatches.orElse(DefaultRun.VAL_BATCHES)),
            Expect.positive("--sample-tokens", o.sampleTokens.orElse(DefaultRun.SAMPLE_TOKENS)), retention,
            Expect.positive("--log-every", logEvery), exam);
    }

    private static Optional<RunConfig.ExamFile> examFile(BesideOptions o) {
        if (o.hellaswagEvery.equals(Optional.of(0))) {
            return Optional.empty();
        }
        if (o.hellaswag.isEmpty() && (o.hellaswagEvery.isPresent() || o.hellaswagQuestions.isPresent())) {
            throw new UserError("--hellaswag-every and --hellaswag-questions: expected --hellaswag FILE beside them");
        }
        return o.hellaswag.map(file -> new RunConfig.ExamFile(file.toAbsolutePath().normalize(),
            Expect.positive("--hellaswag-questions", o.hellaswagQuestions.orElse(Integer.MAX_VALUE))));
    }

    /** Shards without --val-data have nothing to validate on. */
    private boolean validates() {
        boolean possible = !(what.data() instanceof DataChoice.Shards shards) || shards.valPattern().isPresent();
        Optional<Integer> asked = options.beside.valEvery.filter(every -> every != 0);
        if (!possible && asked.isPresent()) {
            throw Expect.wrong("--val-every", asked.get(), "--val-data beside it, or 0");
        }
        return possible;
    }
}
