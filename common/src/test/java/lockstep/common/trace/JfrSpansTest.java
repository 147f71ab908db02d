package lockstep.common.trace;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.timing.Phase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JfrSpansTest {
    @TempDir
    private Path dir;

    /** The same event again and again, yet each span has its own begin and end. */
    @Test
    void phasesAndChunksAreEventsOfARecording() throws IOException {
        Path file = dir.resolve("run.jfr");
        JfrSpans spans = new JfrSpans();
        try (Recording recording = new Recording()) {
            recording.enable("lockstep.Phase").withoutThreshold();
            recording.enable("lockstep.Chunks").withoutThreshold();
            recording.start();
            spans.begin(Phase.STEP);
            for (int i = 0; i < 3; i++) {
                spans.begin(Phase.FORWARD);
                Thread.onSpinWait();
                spans.end(Phase.FORWARD);
            }
            spans.end(Phase.STEP);
            new ExchangeTrace(new TraceBuffer()).request("127.0.0.1:5701", "sums", 4).arrived(0);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> forwards = events.stream().filter(event -> isPhase(event, Phase.FORWARD)).toList();
        assertEquals(3, forwards.size(), events.toString());
        RecordedEvent step = events.stream().filter(event -> isPhase(event, Phase.STEP)).findFirst().orElseThrow();
        for (int i = 0; i < 3; i++) {
            assertTrue(!forwards.get(i).getStartTime().isBefore(step.getStartTime()), "begins in its step");
            assertTrue(!forwards.get(i).getEndTime().isAfter(step.getEndTime()), "ends in its step");
            assertTrue(i == 0 || !forwards.get(i).getStartTime().isBefore(forwards.get(i - 1).getEndTime()), "after the one before");
        }
        RecordedEvent chunks = events.stream().filter(event -> event.getEventType().getName().equals("lockstep.Chunks")).findFirst()
            .orElseThrow();
        assertEquals("127.0.0.1:5701 sums 4", chunks.getString("peer") + " " + chunks.getString("kind") + " " + chunks.getInt("chunks"));
    }

    @Test
    void withoutARecordingASpanTakesNothingFromTheHeapAndNextToNoTime() {
        JfrSpans spans = new JfrSpans();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int count = 100_000;
        run(spans, count);
        long before = threads.getCurrentThreadAllocatedBytes();
        long startNs = System.nanoTime();
        run(spans, count);
        double spanNs = (double) (System.nanoTime() - startNs) / count;
        // an object a span would be sixteen bytes at least; a collection may count a few that no span took
        assertEquals(0, (threads.getCurrentThreadAllocatedBytes() - before) / count);
        assertTrue(spanNs < 1000, spanNs + " ns");
    }

    private static void run(JfrSpans spans, int count) {
        for (int i = 0; i < count; i++) {
            spans.begin(Phase.FORWARD);
            spans.end(Phase.FORWARD);
        }
    }

    private static boolean isPhase(RecordedEvent event, Phase phase) {
        return event.getEventType().getName().equals("lockstep.Phase") && event.getString("phase").equals(phase.tag());
    }
}
