package lockstep.deploy.command;

import java.io.Console;
import java.util.Optional;

/** Whether somebody looks at the output. */
final class Terminals {
    private Terminals() {}

    /** True where both input and output are a terminal: only there do progress bars make sense. */
    static boolean interactive() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
