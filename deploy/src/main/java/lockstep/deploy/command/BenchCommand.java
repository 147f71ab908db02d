package lockstep.deploy.command;

import picocli.CommandLine.Command;

/** Groups the benchmarks. */
@Command(
    name = "bench",
    description = "Measure what this machine can do, and how much of it a training step uses.",
    mixinStandardHelpOptions = true,
    subcommands = BenchStepCommand.class)
public final class BenchCommand {}
