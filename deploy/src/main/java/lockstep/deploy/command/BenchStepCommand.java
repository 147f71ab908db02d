package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.format.DurableFile;
import lockstep.common.model.ModelShape;
import lockstep.node.bench.StepBenchmark;
import lockstep.node.bench.StepBenchmark.Plan;
import lockstep.node.bench.StepBenchmark.Result;
import lockstep.node.kernel.Kernels;
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
    private static final int GPT2_VOCABULARY = 50257;

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "d12",
        description = "dN of GPT-2 or gpt3:cN (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "4", description = "Sequences of the batch (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--seq-len", paramLabel = "T", defaultValue = "64", description = "Tokens of a sequence (default: ${DEFAULT-VALUE}).")
    private int sequenceLength;

    @Option(names = "--warmup-steps", paramLabel = "N", defaultValue = "4",
        description = "Steps before those that count (default: ${DEFAULT-VALUE}).")
    private int warmUpSteps;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "7", description = "Steps that count (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--recompute", paramLabel = "none|gelu|block", defaultValue = "none",
        description = "What the backward pass computes again instead of keeping (default: ${DEFAULT-VALUE}).")
    private String recompute;

    @Option(names = "--vector", paramLabel = "512|256|128|scalar",
        description = "Bits of a vector, or plain loops (default: the widest that the processor prefers).")
    private String vector;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to FILE as well, replacing it.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (vector != null) {
            Kernels.choose(vector);
        }
        Options.positive("--batch", batch);
        Options.positive("--seq-len", sequenceLength);
        Options.positive("--steps", steps);
        Options.positive("--threads", threads);
        if (warmUpSteps < 0) {
            throw new UserError("--warmup-steps must be >= 0, found " + warmUpSteps);
        }
        ModelShape shape = ModelShape.named(model, GPT2_VOCABULARY);
        if (sequenceLength > shape.maxT()) {
            throw new UserError("--seq-len must be at most " + shape.maxT() + ", the context of " + model + ", found " + sequenceLength);
        }
        MemoryPlan.of(shape, new BatchPlan(batch, sequenceLength, 1, 1), threads, Recompute.named(recompute), 0)
            .requireFits(Memory.ofThisJvm());
        Result result = measure(shape);
        print(result);
        if (json != null) {
            write(result);
        }
        return 0;
    }

    private Result measure(ModelShape shape) {
        try (Workers workers = new Workers(threads); CountProgressBar bar = new CountProgressBar("steps", warmUpSteps + (long) steps)) {
            return new StepBenchmark(new Plan(shape, batch, sequenceLength, warmUpSteps, steps, Recompute.named(recompute)), workers)
                .run(step -> bar.step());
        }
    }

    private void print(Result r) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s, B=%d, T=%d, %d threads, median of %d steps%n", model, batch, sequenceLength, threads, steps);
        for (Map.Entry<String, Double> phase : r.phasesMs().entrySet()) {
            out.printf(Locale.ROOT, "  %-10s %10.1f ms%n", phase.getKey(), phase.getValue());
        }
        out.printf(Locale.ROOT, "  %-10s %10.1f ms  %.0f tok/s  %.1f GFLOP/s, %.1f %% of the measured fp32 peak of %.1f GFLOP/s%n", "step",
            r.medianMs(),
            r.tokensPerSecond(), r.gflops(), 100 * r.shareOfPeak(), r.peakGflops());
        out.flush();
    }

    private void write(Result result) {
        try {
            byte[] bytes = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(result);
            DurableFile.replace(json, DurableFile.content(bytes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
