package lockstep.common.latency;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/** Durations of one kind of work, from a microsecond to an hour with three significant digits. Not for several threads. */
public final class Latencies {
    static final long LONGEST_US = TimeUnit.HOURS.toMicros(1);
    static final int DIGITS = 3;

    private final Histogram histogram;

    public Latencies() {
        this(new Histogram(LONGEST_US, DIGITS));
    }

    /** @param histogram of this range, which nobody else changes */
    Latencies(Histogram histogram) {
        this.histogram = histogram;
    }

    Histogram histogram() {
        return histogram;
    }

    /** Counts one duration; what is longer than an hour counts as an hour. */
    public void record(long durationNs) {
        histogram.recordValue(micros(durationNs));
    }

    /** To the nearest microsecond, within the range. */
    static long micros(long durationNs) {
        return Math.clamp((durationNs + 500) / 1000, 0, LONGEST_US);
    }

    /** Adds what the other one counted: exact, since both have the same buckets. */
    public void add(Latencies other) {
        histogram.add(other.histogram);
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

    /** Sum of all, in milliseconds, to three digits of each. */
    public double totalMs() {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getMean() * histogram.getTotalCount() / 1e3;
    }

    /** Takes how often about so long was counted. */
    @FunctionalInterface
    public interface Counts {
        void count(double ms, long times);
    }

    /** Hands over each duration that was counted, to three digits, from the shortest on. */
    public void forEach(Counts to) {
        histogram.recordedValues().forEach(value -> to.count(value.getValueIteratedTo() / 1e3, value.getCountAddedInThisIterationStep()));
    }

    /**
     * Whether a percentile is more than a guess: p needs at least 1/(1−p) durations, so that one of them lies beyond it. 10 for p90, 100 for p99, 1000 for p99.9.
     *
     * @param percentile for example 99.9
     */
    public boolean supports(double percentile) {
        // in thousandths of a percent, where 100 − 99.9 is exact
        return count() * (100_000 - Math.round(percentile * 1000)) >= 100_000;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Latencies that && histogram.equals(that.histogram);
    }

    @Override
    public int hashCode() {
        return histogram.hashCode();
    }
}
