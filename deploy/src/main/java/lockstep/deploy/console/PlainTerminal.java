package lockstep.deploy.console;

import java.io.PrintWriter;

/** Lines alone: for pipes and files. */
public record PlainTerminal(PrintWriter out, PrintWriter err) implements Terminal {
    @Override
    public void line(String text) {
        out.println(text);
        out.flush();
    }

    @Override
    public void warning(String text) {
        err.println(text);
        err.flush();
    }
}
