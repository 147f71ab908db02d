package lockstep.common.latency;

import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What is counted under one tag: by one thread, while another one takes it away interval by interval. */
final class TagRecorder {
    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, Latencies.LONGEST_US, Latencies.DIGITS);
    private final AtomicLong recorded = new AtomicLong();
    private long taken; // the reader's: of them
    private int silent;
    private Histogram interval; // the reader's, whose memory the next one takes

    /** The writer's. */
    void record(long durationNs) {
        recorder.recordValue(Latencies.micros(durationNs));
        recorded.lazySet(recorded.getPlain() + 1); // one writer
    }

    /** The writer's: a duration that hid others, of which one would have begun each interval. */
    void record(long durationNs, long expectedIntervalNs) {
        recorder.recordValueWithExpectedInterval(Latencies.micros(durationNs), Latencies.micros(expectedIntervalNs));
        recorded.lazySet(recorded.getPlain() + 1);
    }

    /**
     * Adds what was counted since the last call to an interval; one reader at a time.
     *
     * @return how many calls in a row have found nothing
     */
    int drainTo(Interval into, String tag) {
        long now = recorded.getAcquire();
        if (now == taken) {
            return ++silent; // to clear and look through 24,000 buckets takes its time
        }
        taken = now;
        silent = 0;
        interval = recorder.getIntervalHistogram(interval);
        if (interval.getTotalCount() > 0) { // else the last interval had it already, between record and count
            into.add(tag, new Latencies(interval));
        }
        return 0;
    }
}
