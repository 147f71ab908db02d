package lockstep.deploy.latency;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.latency.Interval;

/**
 * Keeps the latency logs of a run while this node leads: every five seconds at first, then after each thousandth of the time so far, at least once a minute, so that the logs of a long run stay small. A process that is killed costs the
 * last interval.
 */
public final class LatencyKeeper implements AutoCloseable {
    private static final long SHORTEST_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long SHARE = 1000;

    private final Path runDir;
    private final BooleanSupplier held;
    private final String self;
    private final Supplier<SortedMap<String, Interval>> source;
    private final Consumer<String> warnings;
    private final Recurring writing = new Recurring("latency-log", this::write, LatencyKeeper::pauseNs);
    private boolean failing;

    /**
     * @param held whether the directory is this process's still
     * @param self name of this node among those
     * @param source takes what each node has recorded since the last call
     * @param warnings gets a line where the logs can't be written; the training goes on
     */
    public LatencyKeeper(Path runDir, BooleanSupplier held, String self, Supplier<SortedMap<String, Interval>> source,
        Consumer<String> warnings) {
        this.runDir = runDir;
        this.held = held;
        this.self = self;
        this.source = source;
        this.warnings = warnings;
    }

    public LatencyKeeper start() {
        writing.start();
        return this;
    }

    static long pauseNs(long elapsedNs) {
        return Math.clamp(elapsedNs / SHARE, SHORTEST_NS, LONGEST_NS);
    }

    /** Writes what was recorded since the last time. */
    public synchronized void write() {
        try {
            SortedMap<String, Interval> taken = source.get();
            if (held.getAsBoolean()) {
                new LatencyFiles(runDir).append(taken, self);
            }
            failing = false;
        } catch (UserError e) {
            if (!failing) {
                warnings.accept(e.getMessage() + "; latencies are lost until that is mended");
            }
            failing = true;
        }
    }

    /** The table of all that the logs hold, from earlier processes too. */
    public List<String> table() {
        write();
        try {
            return LatencyTable.lines(LatencyTotals.read(runDir));
        } catch (UserError e) {
            return List.of("no table of latencies: " + e.getMessage()); // what was trained is worth more than how long it took
        }
    }

    @Override
    public void close() {
        writing.close();
        write();
    }
}
