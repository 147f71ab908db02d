package lockstep.common.latency;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NodeTimerTest {
    private static final long MS = 1_000_000;
    private static final long US = 1_000;
    /** Of a step of 10 ms, which is a very short one. */
    private static final double THOUSANDTH_OF_A_STEP_NS = 10_000;

    private long clockNs;
    private final NodeTimer timer = new NodeTimer(() -> clockNs, Spans.NONE);

    @Test
    void aStepsPartsOfAPhaseAreOneDuration() {
        timer.stepBegan();
        for (int part = 0; part < 3; part++) {
            timer.begin(Phase.EXCHANGE_WAIT);
            clockNs += 2 * MS;
            timer.end(Phase.EXCHANGE_WAIT);
            clockNs += MS;
        }
        timer.add(Phase.EXCHANGE_WAIT, MS);
        assertEquals(7 * MS, timer.spentNs(Phase.EXCHANGE_WAIT));
        timer.stepBegan();
        assertEquals(0, timer.spentNs(Phase.EXCHANGE_WAIT));
    }

    @Test
    void theFirstStepsAreRecordedApart() {
        for (int step = 0; step < 8; step++) {
            timer.count(Phase.STEP, (step + 1) * MS);
            timer.countPeer("10.0.0.1:5701", step * MS);
            timer.stepDone();
        }
        Interval interval = drained();
        assertEquals(5, interval.of("warmup-step").count());
        assertEquals(5, interval.of("warmup-step").maxMs(), 0.005);
        assertEquals(3, interval.of("step").count());
        assertEquals(6, interval.of("step").percentileMs(0), 0.005);
        assertEquals(3, interval.of("peer-10.0.0.1:5701").count());
    }

    @Test
    void anIntervalHoldsWhatCameSinceTheLastOne() {
        timer.count(Phase.VALIDATION, MS);
        assertEquals(1, drained().of("warmup-validation").count());
        assertTrue(drained().isEmpty());
        timer.count(Phase.VALIDATION, MS);
        timer.count(Phase.VALIDATION, MS);
        assertEquals(2, drained().of("warmup-validation").count());
    }

    @Test
    void aPeerThatIsGoneIsForgottenAndCountsWhenItComesBack() {
        for (int step = 0; step < NodeTimer.WARM_UP_STEPS; step++) {
            timer.stepDone();
        }
        timer.countPeer("10.0.0.1:5701", MS);
        assertEquals(1, drained().of("peer-10.0.0.1:5701").count());
        for (int i = 0; i < NodeTimer.SILENT_INTERVALS + 3; i++) {
            assertTrue(drained().isEmpty());
        }
        timer.countPeer("10.0.0.1:5701", MS);
        assertEquals(1, drained().of("peer-10.0.0.1:5701").count());
    }

    /** All that a step of a node among three records: it makes no object, and takes less than a thousandth of even a short step. */
    @Test
    void recordingAStepTakesNothingFromTheHeapAndNextToNoTime() {
        NodeTimer real = new NodeTimer(System::nanoTime, Spans.NONE);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int steps = 20_000;
        record(real, steps); // compiled, and every recorder is there
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long startNs = System.nanoTime();
        record(real, steps);
        double stepNs = (double) (System.nanoTime() - startNs) / steps;
        // an object a step would be sixteen bytes at least; a collection may count a few that no step took
        assertEquals(0, (threads.getCurrentThreadAllocatedBytes() - bytesBefore) / steps);
        assertTrue(stepNs < THOUSANDTH_OF_A_STEP_NS, stepNs + " ns");
    }

    private static void record(NodeTimer real, int steps) {
        for (int step = 0; step < steps; step++) {
            real.stepBegan();
            for (Phase phase : PHASES) {
                real.begin(phase);
                real.end(phase);
                real.count(phase, 20 * US + step);
            }
            real.countPeer("10.0.0.1:5701", step);
            real.countPeer("10.0.0.2:5701", step);
            real.stepDone();
        }
    }

    private static final Phase[] PHASES = Phase.values();

    private Interval drained() {
        Interval interval = new Interval(0, 1000);
        timer.drainTo(interval);
        return interval;
    }
}
