package lockstep.common.latency;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void percentilesAreWithinThreeDigits() {
        for (int ms = 1; ms <= 1000; ms++) {
            latencies.record(TimeUnit.MILLISECONDS.toNanos(ms));
        }
        assertEquals(1000, latencies.count());
        assertEquals(500, latencies.percentileMs(50), 0.5);
        assertEquals(990, latencies.percentileMs(99), 1);
        assertEquals(1000, latencies.maxMs(), 1);
    }

    @Test
    void whatIsLongerThanAnHourCountsAsAnHour() {
        latencies.record(TimeUnit.HOURS.toNanos(5));
        assertEquals(3_600_000.0, latencies.maxMs(), 3600);
    }

    @Test
    void aPercentileNeedsAsManyDurationsThatOneLiesBeyondIt() {
        for (int i = 0; i < 99; i++) {
            latencies.record(1_000_000);
        }
        assertTrue(latencies.supports(90));
        assertFalse(latencies.supports(99));
        latencies.record(1_000_000);
        assertTrue(latencies.supports(99));
        for (int i = 100; i < 999; i++) {
            latencies.record(1_000_000);
        }
        assertFalse(latencies.supports(99.9));
        latencies.record(1_000_000);
        assertTrue(latencies.supports(99.9));
    }

    @Test
    void microsecondsAreRounded() {
        latencies.record(1_499);
        assertEquals(0.001, latencies.maxMs());
        latencies.record(1_500);
        assertEquals(0.002, latencies.maxMs());
    }

    @Test
    void whatWentBackCountsAsNothing() {
        latencies.record(-5_000_000);
        assertEquals(0, latencies.maxMs());
        assertEquals(1, latencies.count());
    }
}
