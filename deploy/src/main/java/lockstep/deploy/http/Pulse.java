package lockstep.deploy.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a loop still moves. It is taken for stuck only after a silence that is long by any measure and much longer than all before: who is taken for stuck is
 * killed by those who watch, and a step may take an hour.
 *
 * <p>
 * Threads: one thread tells, any thread asks.
 */
public final class Pulse {
    private static final Duration LEAST_SILENCE = Duration.ofMinutes(30);
    private static final int TIMES_LONGER = 10;

    /**
     * @param longestNs the longest silence between two beats, 0 while there was none
     * @param waiting whether silence has its reason
     */
    private record State(String doing, boolean waiting, long atNs, long longestNs) {}

    private final LongSupplier nanoClock;
    private volatile State state;

    /**
     * @param nanoClock monotonic time in ns
     * @param first what is waited for until the first beat
     */
    public Pulse(LongSupplier nanoClock, String first) {
        this.nanoClock = nanoClock;
        this.state = new State(first, true, nanoClock.getAsLong(), 0);
    }

    /**
     * Something was done.
     *
     * @param next what comes next
     */
    public void beat(String next) {
        State before = state;
        long now = nanoClock.getAsLong();
        long longestNs = before.waiting() ? before.longestNs() : Math.max(before.longestNs(), now - before.atNs());
        state = new State(next, false, now, longestNs);
    }

    /**
     * From now to the next beat silence is no bad sign: the wait has a deadline of its own.
     *
     * @param what is waited for
     */
    public void waits(String what) {
        state = new State(what, true, nanoClock.getAsLong(), state.longestNs());
    }

    public Health health() {
        State now = state;
        if (now.waiting()) {
            return new Health.Waiting(now.doing());
        }
        long silentNs = nanoClock.getAsLong() - now.atNs();
        boolean known = now.longestNs() > 0;
        if (known && silentNs > Math.max(LEAST_SILENCE.toNanos(), TIMES_LONGER * now.longestNs())) {
            return new Health.Stuck(now.doing() + ": nothing was heard for " + Duration.ofNanos(silentNs).toSeconds() + " s, "
                + "and never before for more than " + Duration.ofNanos(now.longestNs()).toSeconds() + " s");
        }
        return new Health.Working(now.doing());
    }
}
