package lockstep.node.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

import lockstep.common.config.AdamWSettings;
import lockstep.common.config.Decay;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;
import lockstep.node.kernel.Kernels;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Initializer;
import lockstep.node.model.Recompute;
import lockstep.node.optimizer.AdamW;
import lockstep.node.optimizer.GradientSums;
import lockstep.node.parallel.Workers;

/** Times whole training steps of one micro-batch, phase by phase, on tokens that mean nothing. */
public final class StepBenchmark {
    private static final int SEED = 42;
    private static final AdamWSettings ADAM_W = new AdamWSettings(0.9f, 0.95f, 1e-8f, 0f, Decay.MATRICES, 1f);

    /** The phases in the order of a step. */
    private enum Phase {
        FORWARD("forward"), BACKWARD("backward"), NORM("norm"), ADAMW("adamw");

        private final String label;

        Phase(String label) {
            this.label = label;
        }
    }

    /**
     * @param B sequences of the batch
     * @param T tokens of a sequence
     * @param warmUps steps before those that count
     * @param steps steps that count
     */
    public record Plan(ModelShape shape, int B, int T, int warmUps, int steps, Recompute recompute) {}

    /**
     * @param medianMs median time of a step
     * @param gflops by llm.c's count of operations, 6N + 6·L·C·T per token
     * @param peakGflops of this machine, the median of short measurements between the steps: clocks wander
     * @param phasesMs median of each phase
     */
    public record Result(double medianMs, double tokensPerSecond, double gflops, double peakGflops, double shareOfPeak,
        Map<String, Double> phasesMs) {}

    private final Plan plan;
    private final Gpt2 model;
    private final GradientSums sums;
    private final AdamW adamW;
    private final float[] params;
    private final float[] grads;
    private final float[] m;
    private final float[] v;
    private final int[] tokens;
    private final int[] targets;
    private final Workers workers;

    public StepBenchmark(Plan plan, Workers workers) {
        ParameterLayout layout = new ParameterLayout(plan.shape());
        Kernels kernels = Kernels.ofThisProcess();
        this.plan = plan;
        this.workers = workers;
        this.params = Initializer.parameters(plan.shape(), SEED);
        this.model = new Gpt2(plan.shape(), plan.B(), plan.T(), params, workers, plan.recompute());
        this.sums = new GradientSums(workers, kernels);
        this.adamW = new AdamW(ADAM_W, layout, workers, kernels);
        this.grads = new float[layout.count()];
        this.m = new float[layout.count()];
        this.v = new float[layout.count()];
        this.tokens = Values.tokens(plan.B() * plan.T(), plan.shape().V(), 1);
        this.targets = Values.tokens(plan.B() * plan.T(), plan.shape().V(), 2);
    }

    /** @param progress is told the number of each step that is done, warm-ups included */
    public Result run(IntConsumer progress) {
        Phase[] phases = Phase.values();
        double[][] phaseMs = new double[phases.length][plan.steps()];
        double[] stepMs = new double[plan.steps()];
        double[] peakGflops = new double[plan.steps()];
        for (int step = 0; step < plan.warmUps() + plan.steps(); step++) {
            long[] ns = step(step);
            int counted = step - plan.warmUps();
            if (counted >= 0) {
                peakGflops[counted] = PeakFlops.measureGflops(workers);
                for (Phase phase : phases) {
                    phaseMs[phase.ordinal()][counted] = ns[phase.ordinal()] / 1e6;
                }
                stepMs[counted] = Arrays.stream(ns).sum() / 1e6;
            }
            progress.accept(step + 1);
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        for (Phase phase : phases) {
            medians.put(phase.label, Timing.median(phaseMs[phase.ordinal()]));
        }
        double medianMs = Timing.median(stepMs);
        double perStep = plan.B() * (double) plan.T();
        double peak = Timing.median(peakGflops);
        double gflops = plan.shape().trainingFlopsPerToken(plan.T()) * perStep / medianMs / 1e6;
        return new Result(medianMs, perStep / medianMs * 1e3, gflops, peak, gflops / peak, medians);
    }

    /** One training step; nanoseconds by phase. */
    private long[] step(int step) {
        model.phases().reset();
        long start = System.nanoTime();
        model.gradient(grads, tokens, targets);
        long accumulated = System.nanoTime();
        double norm = sums.averageAndNorm(grads, 1);
        long measured = System.nanoTime();
        adamW.step(params, grads, m, v, step, 1e-4f, (float) Math.min(1, 1 / norm));
        long updated = System.nanoTime();
        return new long[] {model.phases().forwardNs(), accumulated - start - model.phases().forwardNs(), measured - accumulated,
            updated - measured};
    }
}
