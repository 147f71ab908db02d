package lockstep.common.latency;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PauseMeterTest {
    private static final long MS = 1_000_000;

    @Test
    void whatIsSleptBeyondTheShortestSleepIsAPauseAndHidesOthers() {
        PauseMeter meter = new PauseMeter();
        meter.observed(51 * MS);
        meter.observed(51 * MS);
        meter.observed(226 * MS);
        Interval interval = new Interval(0, 1000);
        meter.drainTo(interval);
        Latencies pauses = interval.of("pause");
        // 0, 0, 175 and, in the time that the last one took, those that would have been seen: 125 and 75 (25 is shorter than a sleep)
        assertEquals(5, pauses.count());
        assertEquals(175, pauses.maxMs(), 0.175);
        assertEquals(75, pauses.percentileMs(60), 0.075);
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
