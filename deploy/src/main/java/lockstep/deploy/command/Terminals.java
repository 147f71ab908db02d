package lockstep.deploy.command;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

import picocli.CommandLine.Model.CommandSpec;

import lockstep.deploy.console.BarTerminal;
import lockstep.deploy.console.PlainTerminal;
import lockstep.deploy.console.Terminal;

/** Whether somebody looks at the output. */
final class Terminals {
    private Terminals() {}

    /** Where a command that trains writes. */
    static Terminal of(CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return interactive() ? new BarTerminal(out, err) : new PlainTerminal(out, err);
    }

    /** True where both input and output are a terminal: only there do progress bars make sense. */
    static boolean interactive() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
