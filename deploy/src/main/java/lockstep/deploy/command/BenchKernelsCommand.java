package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.node.bench.KernelBenchmark;
import lockstep.node.bench.KernelBenchmark.Plan;
import lockstep.node.bench.KernelBenchmark.Row;
import lockstep.node.bench.MachinePeak;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;
import lockstep.node.train.Memory;
import lockstep.node.train.MemoryPlan;

/** Times each kernel and sets it against what the machine can do at best, which it measures itself. */
@Command(
    name = "kernels",
    description = "Time each kernel of a training step at a model's shapes: GFLOP/s and the share of the measured fp32 peak, or GB/s and the share of the measured"
        + " bandwidth of a copy, which may be passed by what fits the caches or reads more than it writes.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep bench kernels --model d12 --batch 4 --seq-len 64 --filter attention --json kernels.json"})
public final class BenchKernelsCommand implements Callable<Integer> {
    @Mixin
    private final ShapeOptions shapeOptions = new ShapeOptions();

    @Option(names = "--filter", paramLabel = "SUBSTRING", defaultValue = "",
        description = "Only the kernels whose name contains it (default: all of them).")
    private String filter;

    @Option(names = "--seconds-per-kernel", paramLabel = "S", defaultValue = "1",
        description = "How long each kernel is repeated, after half as long to warm up; at least 5 times (default: ${DEFAULT-VALUE}).")
    private double secondsPerKernel;

    @Mixin
    private final MachineOptions machine = new MachineOptions();

    @Mixin
    private final BenchOptions bench = new BenchOptions();

    @Spec
    private CommandSpec spec;

    /** What --json holds. */
    private record Report(String model, int batch, int sequenceLength, double secondsPerKernel, MachinePeak machine, List<Row> kernels) {}

    @Override
    public Integer call() {
        bench.apply();
        if (!(secondsPerKernel > 0 && Double.isFinite(secondsPerKernel))) {
            throw new UserError("--seconds-per-kernel must be a number > 0, found " + secondsPerKernel);
        }
        ModelShape shape = shapeOptions.shape();
        // A step's memory: no kernel by itself takes more, and none takes the streams' at the same time.
        MemoryPlan.of(shape, shapeOptions.plan(), bench.threads(), Recompute.NONE, 0)
            .requireFits(Memory.ofThisJvm(), List.of("a smaller --batch, --seq-len or --model"));
        machine.requireFits();
        Report report = measure(shape);
        print(report);
        bench.write(report);
        return 0;
    }

    private Report measure(ModelShape shape) {
        try (Workers workers = new Workers(bench.threads())) {
            KernelBenchmark benchmark = new KernelBenchmark(
                new Plan(shape, shapeOptions.batch(), shapeOptions.sequenceLength(), filter, secondsPerKernel), workers);
            try (CountProgressBar bar = new CountProgressBar("kernels", benchmark.count())) {
                MachinePeak peak = machine.measure(workers);
                List<Row> rows = benchmark.run(peak, row -> bar.step());
                return new Report(shapeOptions.model(), shapeOptions.batch(), shapeOptions.sequenceLength(), secondsPerKernel, peak, rows);
            }
        }
    }

    private void print(Report report) {
        PrintWriter out = spec.commandLine().getOut();
        MachineOptions.lines(report.machine()).forEach(out::println);
        out.printf(Locale.ROOT, "%s, B=%d, T=%d, medians; shares of the fp32 peak and of a copy on all threads%n", report.model(),
            report.batch(), report.sequenceLength());
        for (Row row : report.kernels()) {
            out.printf(Locale.ROOT, "  %-26s %12.1f us %9.1f %-7s %6.1f %%%n", row.kernel(), row.medianUs(), row.rate(), row.unit(),
                100 * row.shareOfPeak());
        }
        out.flush();
    }
}
