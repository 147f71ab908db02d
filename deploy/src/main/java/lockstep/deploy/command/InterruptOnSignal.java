package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;

/**
 * Has Ctrl-C and SIGTERM interrupt the thread that works, and the JVM wait until it has cleared up: until {@link #close}, which belongs after the last clearing up.
 * The JVM ends with the signal's own exit code.
 */
final class InterruptOnSignal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptOnSignal.class);
    private static final int PATIENCE_SECONDS = 30;
    private static final int INTERRUPTED = 130;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interruptAndWait, "lockstep-interrupt");
    private volatile boolean raised;

    /** Interrupts the thread that makes it. */
    InterruptOnSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Does the work. Where a signal has ended it, says so here: once this is closed, the JVM is gone before anybody else could.
     *
     * @return the work's exit code; after a signal one that nobody sees
     */
    int orSay(PrintWriter err, IntSupplier work) {
        try {
            return work.getAsInt();
        } catch (UserError e) {
            if (!raised) {
                throw e;
            }
            err.println("lockstep: " + FileDescription.printable(e.getMessage()));
            err.flush();
            return INTERRUPTED;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is ending: the hook runs out by itself");
        }
    }

    private void interruptAndWait() {
        raised = true;
        worker.interrupt();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the work did not stop within {} s; what it leaves behind is removed when it runs again", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
