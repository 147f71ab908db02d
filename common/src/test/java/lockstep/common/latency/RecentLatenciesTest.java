package lockstep.common.latency;

import org.junit.jupiter.api.Test;

import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecentLatenciesTest {
    private static final long MS = 1_000_000;
    private long nowNs = 77;
    private final RecentLatencies recent = new RecentLatencies(nowNs);

    private void record(long ms) {
        Interval interval = new Interval(0, 0);
        Latencies latencies = new Latencies();
        latencies.record(ms * MS);
        interval.add("step", latencies);
        recent.add(interval, nowNs);
    }

    private Recent step() {
        return recent.snapshot(nowNs).get("step");
    }

    @Test
    void quantilesForgetWhatIsTenMinutesOldAndCountsDont() {
        record(100);
        nowNs += RecentLatencies.WINDOW_NS;
        record(10);
        assertEquals(100, step().latencies().maxMs(), 0.1);
        assertEquals(2, step().latencies().count());
        nowNs += RecentLatencies.WINDOW_NS;
        assertEquals(1, step().latencies().count());
        assertEquals(10, step().latencies().maxMs(), 0.01);
        nowNs += 2 * RecentLatencies.WINDOW_NS;
        assertEquals(0, step().latencies().count());
        assertEquals(2, step().count());
        assertEquals(110, step().totalMs(), 0.1);
    }

    @Test
    void aSnapshotStaysAsItIs() {
        record(1);
        Recent before = step();
        record(2);
        assertEquals(1, before.latencies().count());
        assertEquals(2, step().latencies().count());
    }

    /** Who looks takes nothing from who writes the logs, and neither sees a duration twice. */
    @Test
    void lookingLeavesAllToTheLogs() {
        NodeTimer timer = new NodeTimer(() -> nowNs, Spans.NONE);
        try (NodeLatencies node = new NodeLatencies(timer, () -> 5000, () -> nowNs)) {
            assertTrue(node.sinceLastStepNs().isEmpty());
            for (int step = 0; step < NodeTimer.WARM_UP_STEPS + 3; step++) {
                timer.count(Phase.STEP, MS);
                timer.stepDone();
                assertEquals(Math.max(0, step + 1 - NodeTimer.WARM_UP_STEPS), count(node), "after step " + step);
            }
            nowNs += 9;
            assertEquals(9, node.sinceLastStepNs().orElseThrow());
            Interval taken = node.take();
            assertEquals(3, taken.of("step").count());
            assertEquals(NodeTimer.WARM_UP_STEPS, taken.of("warmup-step").count());
            assertEquals(0, node.take().of("step").count());
            assertEquals(3, count(node));
        }
    }

    private static long count(NodeLatencies node) {
        Recent step = node.recent().get("step");
        return step == null ? 0 : step.count();
    }
}
