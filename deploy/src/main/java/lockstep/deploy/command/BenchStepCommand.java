package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.node.bench.StepBenchmark;
import lockstep.node.bench.StepBenchmark.Plan;
import lockstep.node.bench.StepBenchmark.Result;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;
import lockstep.node.train.Memory;
import lockstep.node.train.MemoryPlan;

/** Times training steps by phase and sets them against the processor's peak, which it measures itself. */
@Command(
    name = "step",
    description = "Time a training step by phase: milliseconds, tokens/s, GFLOP/s and the share of the measured fp32 peak.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep bench step --model d12 --batch 4 --seq-len 64 --json step.json"})
public final class BenchStepCommand implements Callable<Integer> {
    @Mixin
    private final ShapeOptions shapeOptions = new ShapeOptions();

    @Option(names = "--warmup-steps", paramLabel = "N", defaultValue = "4",
        description = "Steps before those that count (default: ${DEFAULT-VALUE}).")
    private int warmUpSteps;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "7", description = "Steps that count (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--recompute", paramLabel = "none|gelu|block", defaultValue = "none",
        description = "What the backward pass computes again instead of keeping (default: ${DEFAULT-VALUE}).")
    private String recompute;

    @Mixin
    private final BenchOptions bench = new BenchOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        bench.apply();
        Options.positive("--steps", steps);
        if (warmUpSteps < 0) {
            throw new UserError("--warmup-steps must be >= 0, found " + warmUpSteps);
        }
        ModelShape shape = shapeOptions.shape();
        MemoryPlan.of(shape, shapeOptions.plan(), bench.threads(), Recompute.named(recompute), 0).requireFits(Memory.ofThisJvm());
        Result result = measure(shape);
        print(result);
        bench.write(result);
        return 0;
    }

    private Result measure(ModelShape shape) {
        Plan plan = new Plan(shape, shapeOptions.batch(), shapeOptions.sequenceLength(), warmUpSteps, steps, Recompute.named(recompute));
        try (Workers workers = new Workers(bench.threads());
            CountProgressBar bar = new CountProgressBar("steps", warmUpSteps + (long) steps)) {
            return new StepBenchmark(plan, workers).run(step -> bar.step());
        }
    }

    private void print(Result r) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s, B=%d, T=%d, %d threads, median of %d steps%n", shapeOptions.model(),
            shapeOptions.batch(), shapeOptions.sequenceLength(), bench.threads(), steps);
        for (Map.Entry<String, Double> phase : r.phasesMs().entrySet()) {
            out.printf(Locale.ROOT, "  %-10s %10.1f ms%n", phase.getKey(), phase.getValue());
        }
        out.printf(Locale.ROOT, "  %-10s %10.1f ms  %.0f tok/s  %.1f GFLOP/s, %.1f %% of the measured fp32 peak of %.1f GFLOP/s%n", "step",
            r.medianMs(),
            r.tokensPerSecond(), r.gflops(), 100 * r.shareOfPeak(), r.peakGflops());
        out.flush();
    }
}
