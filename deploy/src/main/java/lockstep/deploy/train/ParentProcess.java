package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that has started this one by {@code --nodes}, as this one's standard input tells of it: a line that says that a node has ended, and the end of the input, which is the parent's. What comes before somebody
 * asks for it is kept.
 */
final class ParentProcess {
    /** The parent's line about a node that has ended before it trained. */
    static final String GONE = "gone";

    private final List<Runnable> onGone = new ArrayList<>();
    private final List<Runnable> onEnd = new ArrayList<>();
    private int gone;
    private boolean ended;

    /** Listens from now on. */
    static ParentProcess listen(BufferedReader in) {
        ParentProcess parent = new ParentProcess();
        Thread.ofPlatform().daemon().name("parent").start(() -> parent.read(in));
        return parent;
    }

    private void read(BufferedReader in) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(GONE)) {
                    oneIsGone();
                }
            }
        } catch (IOException e) {
            // a broken pipe says the same as the end
        }
        end();
    }

    private synchronized void oneIsGone() {
        gone++;
        onGone.forEach(Runnable::run);
    }

    private synchronized void end() {
        ended = true;
        onEnd.forEach(Runnable::run);
    }

    /** Whether the parent has ended, or wants this process to end. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /**
     * Has the actions called from now on, and for what has come already.
     *
     * @param oneGone for each node that has ended before it trained
     * @param end when the parent has ended, or wants this process to end
     */
    synchronized void tell(Runnable oneGone, Runnable end) {
        for (int node = 0; node < gone; node++) {
            oneGone.run();
        }
        if (ended) {
            end.run();
        }
        onGone.add(oneGone);
        onEnd.add(end);
    }
}
