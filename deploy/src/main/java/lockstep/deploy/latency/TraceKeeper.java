package lockstep.deploy.latency;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.trace.NodeTrace;
import lockstep.common.trace.TraceWriter;

/** Writes the timeline of all nodes while this one leads. */
public final class TraceKeeper implements AutoCloseable {
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final TraceWriter writer;
    private final Supplier<List<NodeTrace>> source;
    private final Consumer<String> warnings;
    private final Recurring writing = new Recurring("trace", this::write, TraceKeeper::pauseNs);
    private boolean ended;

    /**
     * @param writer closed by the caller
     * @param source takes each node's spans since the last call
     * @param warnings gets a line when the timeline ends early; the training goes on
     */
    public TraceKeeper(TraceWriter writer, Supplier<List<NodeTrace>> source, Consumer<String> warnings) {
        this.writer = writer;
        this.source = source;
        this.warnings = warnings;
    }

    public TraceKeeper start() {
        writing.start();
        return this;
    }

    /** None before the first time, when the others begin to keep spans. */
    private static long pauseNs(long elapsedNs) {
        return elapsedNs == 0 ? 0 : PAUSE_NS;
    }

    /** Writes what each node has kept since the last time; the first time the others begin to keep it. */
    public synchronized void write() {
        List<NodeTrace> taken = source.get(); // also at the end, so that no node's memory fills in vain
        if (ended) {
            return;
        }
        try {
            for (NodeTrace trace : taken) {
                writer.write(trace.node(), trace.clock(), trace.taken());
            }
            if (writer.isFull()) {
                end("it has reached the largest size that viewers take");
            }
        } catch (UserError e) {
            end(e.getMessage());
        } catch (IOException e) {
            end("a node has sent no spans: " + e.getMessage());
        }
    }

    private void end(String why) {
        ended = true;
        warnings.accept("--trace: the timeline ends here: " + why);
    }

    @Override
    public void close() {
        writing.close();
        write();
    }
}
