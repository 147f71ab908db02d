package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.List;

import lockstep.common.text.Utf8Stream;
import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.CompletionListener;
import lockstep.node.train.StopFlag;

/** Shows a text as it comes. It ends where a signal asks for that, or nobody reads any more, as after "| head": there is nothing left to compute for. */
final class Speaker implements CompletionListener {
    private final PrintWriter out;
    private final StopFlag stop;

    Speaker(PrintWriter out, StopFlag stop) {
        this.out = out;
        this.stop = stop;
    }

    @Override
    public void added(String text, List<CompletedToken> tokens) {
        say(Utf8Stream.printable(text));
    }

    @Override
    public boolean goesOn() {
        return !stop.raised() && !out.checkError();
    }

    void say(String text) {
        out.print(text);
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Hears of a completion and shows nothing of it. */
    CompletionListener silent() {
        return new CompletionListener() {
            @Override
            public void added(String text, List<CompletedToken> tokens) {
                // comes as a whole at the end
            }

            @Override
            public boolean goesOn() {
                return Speaker.this.goesOn();
            }
        };
    }
}
