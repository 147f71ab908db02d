package lockstep.deploy.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root: names the subcommands and holds what all of them share. By itself it runs nothing, so picocli asks for a subcommand. */
@Command(
    name = "lockstep",
    description = "Trains GPT-2-class language models on the JVM: one run, one hash.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    // A new command is one line here.
    subcommands = {
        TrainCommand.class,
        GenerateCommand.class,
        ServeCommand.class,
        EvalCommand.class,
        VerifyCommand.class,
        ReproduceCommand.class,
        InfoCommand.class,
        ExportCommand.class,
        GetCommand.class,
        DataCommand.class,
        LatencyCommand.class,
        DashboardCommand.class,
        BenchCommand.class,
        ClusterCommand.class,
        HelpCommand.class,
    })
public final class LockstepCommand {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    /** Whether {@code --debug} stood anywhere on the command line. */
    public boolean debug() {
        return debug;
    }
}
