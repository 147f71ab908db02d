package lockstep.common.latency;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Latencies by tag over the last minutes: of the window of five minutes that goes on and of the one before it, so of five to ten minutes, or of all where the process is younger. And how many there were, and how long in all, since the
 * process began. Not for several threads.
 */
final class RecentLatencies {
    static final long WINDOW_NS = TimeUnit.MINUTES.toNanos(5);

    private final SortedMap<String, Total> totals = new TreeMap<>();
    private Interval before = nothing();
    private Interval present = nothing();
    private long beganNs;

    private record Total(long count, double ms) {}

    /** @param nowNs monotonic time */
    RecentLatencies(long nowNs) {
        this.beganNs = nowNs;
    }

    void add(Interval interval, long nowNs) {
        turn(nowNs);
        interval.byTag().forEach((tag, latencies) -> {
            Total total = totals.getOrDefault(tag, new Total(0, 0));
            totals.put(tag, new Total(total.count() + latencies.count(), total.ms() + latencies.totalMs()));
        });
        present.addLatencies(interval);
    }

    /** By tag, in the order of the alphabet; of objects that nobody changes any more. */
    SortedMap<String, Recent> snapshot(long nowNs) {
        turn(nowNs);
        SortedMap<String, Recent> all = new TreeMap<>();
        totals.forEach((tag, total) -> {
            Latencies recent = new Latencies();
            recent.add(before.of(tag));
            recent.add(present.of(tag));
            all.put(tag, new Recent(total.count(), total.ms(), recent));
        });
        return all;
    }

    private void turn(long nowNs) {
        long windows = (nowNs - beganNs) / WINDOW_NS;
        if (windows > 0) {
            before = windows == 1 ? present : nothing();
            present = nothing();
            beganNs += windows * WINDOW_NS;
        }
    }

    private static Interval nothing() {
        return new Interval(0, 0);
    }
}
