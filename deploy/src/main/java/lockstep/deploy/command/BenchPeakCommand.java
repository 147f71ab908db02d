package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import lockstep.node.bench.MachinePeak;
import lockstep.node.parallel.Workers;

/** Measures what the processor and the memory can do at best. */
@Command(
    name = "peak",
    description = "Measure the machine's limits: fp32 fused multiply-adds by registers alone (GFLOP/s), and the memory's bandwidth (GB/s, bytes read and written).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep bench peak --threads 2 --json peak.json"})
public final class BenchPeakCommand implements Callable<Integer> {
    @Mixin
    private final MachineOptions machine = new MachineOptions();

    @Mixin
    private final BenchOptions bench = new BenchOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        bench.apply();
        machine.requireFits();
        MachinePeak peak = measure();
        PrintWriter out = spec.commandLine().getOut();
        MachineOptions.lines(peak).forEach(out::println);
        out.flush();
        bench.write(peak);
        return 0;
    }

    private MachinePeak measure() {
        try (Workers workers = new Workers(bench.threads())) {
            return machine.measure(workers);
        }
    }
}
