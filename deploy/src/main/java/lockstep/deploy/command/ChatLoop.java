package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.Optional;

import lockstep.common.text.TextLines;
import lockstep.deploy.complete.Chat;
import lockstep.node.train.StopFlag;

/** A conversation over lines: replies to each until there are no more. */
final class ChatLoop {
    private final TextLines in;
    private final PrintWriter out;
    private final String mark;

    /** @param mark shown before each line that is waited for; empty where nobody types */
    ChatLoop(TextLines in, PrintWriter out, String mark) {
        this.in = in;
        this.out = out;
        this.mark = mark;
    }

    void run(Chat chat) {
        for (Optional<String> line = ask(); line.isPresent(); line = ask()) {
            if (!line.get().isBlank() && !reply(chat, line.get())) {
                return;
            }
        }
        out.println();
        out.flush();
    }

    private Optional<String> ask() {
        out.print(mark);
        out.flush();
        return in.next();
    }

    /**
     * A signal that comes while the line is waited for ends the process at once; one that comes while the model speaks ends its sentence.
     *
     * @return whether anybody still listens
     */
    private boolean reply(Chat chat, String line) {
        try (StopFlag stop = StopFlag.onShutdown()) {
            Speaker speaker = new Speaker(out, stop);
            chat.say(line, speaker);
            speaker.line("");
            return speaker.goesOn();
        }
    }
}
