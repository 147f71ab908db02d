package lockstep.deploy.command;

import picocli.CommandLine.Command;

/** Groups the benchmarks. */
@Command(
    name = "bench",
    description = "Measure what this machine can do, and how much of it a training step, each of its kernels and the exchange of gradients use.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchStepCommand.class, BenchKernelsCommand.class, BenchPeakCommand.class, BenchAllreduceCommand.class,
        BenchAllreduceNodeCommand.class})
public final class BenchCommand {}
