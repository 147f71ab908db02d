package lockstep.deploy.command;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root: names the subcommands and holds what all of them share. */
@Command(
    name = "lockstep",
    description = "Trains GPT-2-class language models on the JVM: one run, one hash.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    // A new command is one line here.
    subcommands = {
        HelpCommand.class,
        DataCommand.class,
    })
public final class LockstepCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    /** Whether {@code --debug} stood anywhere on the command line. */
    public boolean debug() {
        return debug;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which command? one of " + String.join(", ", spec.subcommands().keySet()));
    }
}
