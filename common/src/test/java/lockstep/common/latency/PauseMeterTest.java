package lockstep.common.latency;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PauseMeterTest {
    private static final long MS = 1_000_000;

    @Test
    void whatIsSleptBeyondTheShortestSleepIsAPauseAndHidesOthers() {
        PauseMeter meter = new PauseMeter();
        meter.observed(11 * MS);
        meter.observed(11 * MS);
        meter.observed(46 * MS);
        Interval interval = new Interval(0, 1000);
        meter.drainTo(interval);
        Latencies pauses = interval.of("pause");
        // 0, 0, 35 and, in the time that the last one took, those that would have been seen: 25 and 15 (5 is shorter than a sleep)
        assertEquals(5, pauses.count());
        assertEquals(35, pauses.maxMs(), 0.035);
        assertEquals(15, pauses.percentileMs(60), 0.015);
    }

    @Test
    void aMeterThatRunsSeesItsOwnSleeps() {
        try (PauseMeter meter = PauseMeter.start()) {
            Interval interval = new Interval(0, 1000);
            while (interval.of("pause").count() == 0) {
                Thread.onSpinWait();
                meter.drainTo(interval);
            }
            assertTrue(interval.of("pause").maxMs() >= 0);
        }
    }
}
