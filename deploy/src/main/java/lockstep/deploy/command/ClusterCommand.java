package lockstep.deploy.command;

import picocli.CommandLine.Command;

/** Groups what asks a running node. */
@Command(
    name = "cluster",
    description = "Ask a run that was started with --http-port.",
    mixinStandardHelpOptions = true,
    subcommands = {ClusterStatusCommand.class, ClusterLeaveCommand.class})
public final class ClusterCommand {}
