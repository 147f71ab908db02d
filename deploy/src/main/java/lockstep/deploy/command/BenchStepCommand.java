package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
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
import lockstep.common.format.DurableFile;
import lockstep.common.model.ModelShape;
import lockstep.node.bench.StepBenchmark;
import lockstep.node.bench.StepBenchmark.Plan;
import lockstep.node.bench.StepBenchmark.Result;
import lockstep.node.model.Gpt2;
import lockstep.node.parallel.Workers;

/** Times training steps by phase and sets them against the processor's peak, which it measures itself. */
@Command(
    name = "step",
    description = "Time a training step by phase: milliseconds, tokens/s, GFLOP/s and the share of the measured fp32 peak.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep bench step --model d12 --batch 4 --seq-len 64 --json step.json"})
public final class BenchStepCommand implements Callable<Integer> {
    private static final int GPT2_VOCABULARY = 50257;
    /** Weights, gradient and AdamW's two moments. */
    private static final int ARRAYS_PER_PARAMETER = 4;

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

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to FILE as well, replacing it.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
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
        requireMemory(shape);
        PrintWriter err = spec.commandLine().getErr();
        try (Workers workers = new Workers(threads)) {
            StepBenchmark benchmark = new StepBenchmark(new Plan(shape, batch, sequenceLength, warmUpSteps, steps), workers);
            Result result = benchmark.run(step -> {
                err.printf(Locale.ROOT, "\rstep %d of %d%s", step, warmUpSteps + steps, step == warmUpSteps + steps ? "\n" : "");
                err.flush();
            });
            print(result);
            if (json != null) {
                write(result);
            }
        }
        return 0;
    }

    private void requireMemory(ModelShape shape) {
        long needed = Math.addExact(ARRAYS_PER_PARAMETER * Float.BYTES * shape.parameterCount(),
            Gpt2.activationBytes(shape, batch, sequenceLength, threads));
        long limit = Runtime.getRuntime().maxMemory();
        if (needed > limit) {
            throw new UserError(String.format(Locale.ROOT,
                "%s at --batch %d --seq-len %d needs %.1f GiB, the heap may grow to %.1f GiB; make the batch or the model smaller",
                model, batch, sequenceLength, needed / 0x1p30, limit / 0x1p30));
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
            DurableFile.replace(json, channel -> {
                ByteBuffer source = ByteBuffer.wrap(bytes);
                while (source.hasRemaining()) {
                    channel.write(source);
                }
            });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
