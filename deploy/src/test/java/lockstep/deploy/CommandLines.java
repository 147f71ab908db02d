package lockstep.deploy;

import java.io.PrintWriter;

import picocli.CommandLine;

import lockstep.deploy.command.LockstepCommand;

/** Main's command line with its outputs caught, for tests of commands. */
public final class CommandLines {
    private CommandLines() {}

    public static CommandLine of(PrintWriter out, PrintWriter err) {
        return Main.configure(new CommandLine(new LockstepCommand()), out, err);
    }

    public static int run(CommandLine commandLine, String... args) {
        return Main.run(commandLine, args);
    }
}
