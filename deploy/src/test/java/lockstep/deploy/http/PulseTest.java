package lockstep.deploy.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

class PulseTest {
    private final AtomicLong nowNs = new AtomicLong(-5);
    private final Pulse pulse = new Pulse(nowNs::get, "the data");

    private void pass(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }

    @Test
    void aWaitWithAReasonIsNeverTakenForDeath() {
        assertEquals(new Health.Waiting("the data"), pulse.health());
        pass(Duration.ofDays(1));
        assertEquals(new Health.Waiting("the data"), pulse.health());
        pulse.beat("step 1");
        pass(Duration.ofSeconds(1));
        pulse.beat("step 2");
        pulse.waits("node-2");
        pass(Duration.ofDays(1));
        assertEquals(new Health.Waiting("node-2"), pulse.health());
    }

    @Test
    void theFirstStepMayTakeWhatItTakes() {
        pulse.beat("step 1 of 9");
        pass(Duration.ofDays(1));
        assertEquals(new Health.Working("step 1 of 9"), pulse.health());
    }

    @Test
    void halfAnHourOfSilenceAfterQuickStepsIsDeath() {
        pulse.beat("step 1");
        pass(Duration.ofSeconds(2));
        pulse.beat("step 2");
        pass(Duration.ofMinutes(30));
        assertEquals(new Health.Working("step 2"), pulse.health());
        pass(Duration.ofNanos(1));
        assertEquals(new Health.Stuck("step 2: nothing was heard for 1800 s, and never before for more than 2 s"), pulse.health());
        pulse.beat("step 3");
        assertEquals(new Health.Working("step 3"), pulse.health());
    }

    @Test
    void slowStepsHaveTenTimesTheirLongest() {
        pulse.beat("step 1");
        pass(Duration.ofHours(1));
        pulse.beat("step 2");
        pass(Duration.ofHours(10));
        assertEquals(new Health.Working("step 2"), pulse.health());
        pass(Duration.ofNanos(1));
        assertInstanceOf(Health.Stuck.class, pulse.health());
    }

    @Test
    void aWaitSetsNoMeasure() {
        pulse.beat("step 1");
        pass(Duration.ofSeconds(1));
        pulse.beat("step 2");
        pulse.waits("node-2");
        pass(Duration.ofDays(1));
        pulse.beat("step 2");
        pass(Duration.ofHours(1));
        assertInstanceOf(Health.Stuck.class, pulse.health());
    }
}
