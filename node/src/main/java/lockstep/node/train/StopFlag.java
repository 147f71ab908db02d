package lockstep.node.train;

import java.util.concurrent.CountDownLatch;

/**
 * Asks the loop to end: looked at between micro-batches. The unfinished step is abandoned, a checkpoint of the last complete step is written.
 */
public final class StopFlag implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::raiseAndWait, "lockstep-stop");
    private volatile boolean raised;

    /**
     * A flag that SIGTERM and Ctrl-C raise. The JVM then stays until {@link #close}, so close it after the last line of output; it ends with the signal's own exit
     * code.
     */
    public static StopFlag onShutdown() {
        StopFlag flag = new StopFlag();
        Runtime.getRuntime().addShutdownHook(flag.hook);
        return flag;
    }

    public void raise() {
        raised = true;
    }

    public boolean raised() {
        return raised;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, by this very flag: the hook may run out.
            raised = true;
        }
    }

    private void raiseAndWait() {
        raise();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
