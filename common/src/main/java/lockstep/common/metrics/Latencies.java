package lockstep.common.metrics;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/** Durations of one kind of work, from a microsecond to an hour with three significant digits. Not for several threads. */
public final class Latencies {
    private static final long LONGEST_US = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST_US, DIGITS);

    /** Counts one duration; what is longer than an hour counts as an hour. */
    public void record(long durationNs) {
        histogram.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(durationNs), 0, LONGEST_US));
    }

    /** How many were counted. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** The duration that so many percent did not exceed, in milliseconds; 0 where nothing was counted. */
    public double percentileMs(double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    /** The longest, in milliseconds. */
    public double maxMs() {
        return histogram.getMaxValue() / 1e3;
    }

    /**
     * Whether a percentile is more than a guess: at least ten durations lie beyond it.
     *
     * @param percentile for example 99.9
     */
    public boolean supports(double percentile) {
        return count() * (100 - percentile) >= 10 * 100;
    }
}
