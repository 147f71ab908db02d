package lockstep.deploy.command;

import picocli.CommandLine.Command;

/** Groups the benchmarks. */
@Command(
    name = "bench",
    description = "Measure what this machine can do, and how much of it a training step and each of its kernels use.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchStepCommand.class, BenchKernelsCommand.class, BenchPeakCommand.class})
public final class BenchCommand {}
