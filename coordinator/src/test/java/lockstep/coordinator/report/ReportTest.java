package lockstep.coordinator.report;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;
import lockstep.common.trace.NodeTrace;
import lockstep.common.trace.TraceBuffer;
import lockstep.coordinator.Cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReportTest {
    private final Deque<Interval> recorded = new ArrayDeque<>();

    @Test
    void theLeadingNodeTakesWhatOthersHaveRecorded() {
        try (Cluster cluster = Cluster.of(2)) {
            TraceBuffer spans = new TraceBuffer();
            ReportServer.serve(cluster.get(1), this::next, spans);
            ReportCollector reports = new ReportCollector(cluster.get(0));
            recorded.addAll(List.of(steps(3), steps(4)));
            assertEquals(3, reports.latencies(List.of(cluster.peer(1))).get(cluster.peer(1).address()).of("step").count());
            assertEquals(4, reports.latencies(List.of(cluster.peer(1))).get(cluster.peer(1).address()).of("step").count());
            assertEquals(List.of(), List.copyOf(reports.latencies(List.of()).keySet()));
        }
    }

    /** Both are in this JVM, so their clocks are one. */
    @Test
    void spansComeWithAnOffsetThatHoldsTheTruth() {
        try (Cluster cluster = Cluster.of(2)) {
            TraceBuffer spans = new TraceBuffer();
            ReportServer.serve(cluster.get(1), this::next, spans);
            ReportCollector reports = new ReportCollector(cluster.get(0));
            spans.span("training", "forward", 1, 2);
            int bytes = 0;
            for (int i = 0; i < 3; i++) {
                NodeTrace trace = reports.traces(List.of(cluster.peer(1))).getFirst();
                assertTrue(Math.abs(trace.clock().offsetNs()) <= trace.clock().errorNs(), trace.clock().toString());
                assertEquals(cluster.peer(1).address(), trace.node());
                bytes += trace.taken().length;
                spans.span("training", "forward", 1, 2);
            }
            assertTrue(bytes > 3 * 8, "the first question has switched them on");
        }
    }

    @Test
    void aNodeThatDoesNotAnswerIsLeftOutAndGivesAllTheNextTime() {
        try (Cluster cluster = Cluster.of(2)) {
            ReportCollector reports = new ReportCollector(cluster.get(0));
            assertEquals(0, reports.latencies(List.of(cluster.peer(1))).size(), "it serves nothing yet");
            assertEquals(List.of(), reports.traces(List.of(cluster.peer(1))));
            ReportServer.serve(cluster.get(1), this::next, new TraceBuffer());
            recorded.add(steps(5));
            assertEquals(5, reports.latencies(List.of(cluster.peer(1))).firstEntry().getValue().of("step").count());
        }
    }

    @Test
    void anAnswerThatWasLostIsGivenAgainToTheSameAskerAndToNoOther() {
        Outbox outbox = new Outbox(this::next);
        UUID leader = new UUID(0, 1);
        UUID successor = new UUID(0, 2);
        recorded.addAll(List.of(steps(1), steps(10), steps(100), steps(1000), steps(10_000)));
        List<Long> counts = new ArrayList<>();
        counts.add(count(outbox.answer(leader, 0)));
        counts.add(count(outbox.answer(leader, 1)));
        counts.add(count(outbox.answer(leader, 1))); // the second one was lost
        counts.add(count(outbox.answer(successor, 0))); // what the former leader had is written
        counts.add(count(outbox.answer(successor, 0))); // lost
        assertEquals(List.of(1L, 10L, 110L, 1000L, 11_000L), counts);
    }

    private static long count(ReportMessages.Latest latest) {
        try {
            return Interval.read(latest.interval()).of("step").count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Interval next() {
        return recorded.isEmpty() ? steps(0) : recorded.remove();
    }

    private static Interval steps(int count) {
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            latencies.record(57_000_000);
        }
        Interval interval = new Interval(1000, 2000);
        interval.add("step", latencies);
        return interval;
    }
}
