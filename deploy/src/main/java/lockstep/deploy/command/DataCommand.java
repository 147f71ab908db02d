package lockstep.deploy.command;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep data}: text to token shards. A new data set is one more subcommand. */
@Command(
    name = "data",
    description = "Turns text into llm.c token shards to train on, or downloads some.",
    mixinStandardHelpOptions = true,
    subcommands = {
        DataTextCommand.class,
        DataTinyshakespeareCommand.class,
        DataTinystoriesCommand.class,
        DataShardsCommand.FineWeb.class,
        DataShardsCommand.EduFineWeb.class,
    },
    footer = {"", "Example: lockstep data tinyshakespeare"})
public final class DataCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which data? one of " + String.join(", ", spec.subcommands().keySet()));
    }
}
