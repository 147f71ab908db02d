package lockstep.deploy.console;

/** Where a view writes: lines that stay, and one line of progress that doesn't. */
public interface Terminal extends AutoCloseable {
    /** Prints a line on stdout. */
    void line(String text);

    /** A line on stderr. */
    void warning(String text);

    /** Progress begins at a step of so many. */
    default void progressStarts(long step, long steps) {}

    /** @param text beside the bar */
    default void progress(long step, String text) {}

    @Override
    default void close() {}
}
