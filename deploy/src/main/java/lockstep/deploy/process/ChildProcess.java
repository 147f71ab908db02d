package lockstep.deploy.process;

/** A process that this one has started, and talks to by its standard input. */
public interface ChildProcess extends AutoCloseable {
    /** Says a line to it; it may have ended. */
    void trySay(String line);

    /** Nothing more will be said to it. */
    void endInput();

    boolean isAlive();

    /** Calls back once it has ended. */
    void onExit(Runnable action);

    /** Waits until it has ended, by itself, and all that it said has been relayed; returns its exit code. */
    int await();

    /** Lets it end by itself, and ends it when it doesn't. */
    @Override
    void close();
}
