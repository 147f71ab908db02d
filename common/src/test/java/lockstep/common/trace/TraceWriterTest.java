package lockstep.common.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.timing.Phase;
import lockstep.common.timing.Spans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TraceWriterTest {
    private static final long ZERO_NS = 5_000_000;

    @TempDir
    private Path dir;
    private final TraceBuffer buffer = new TraceBuffer();

    @Test
    void spansOfAnotherNodeStandOnOurClock() throws IOException {
        buffer.switchOn();
        // its clock is 2 ms ahead
        buffer.span("training", "forward", 8_000_000, 9_500_000);
        Path file = dir.resolve("trace.json");
        try (TraceWriter writer = TraceWriter.create(file, ZERO_NS)) {
            writer.write("10.0.0.2:5701", new ClockOffset(2_000_000, 30_000), buffer.take());
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
            lines.add(event.toString());
        }
        assertEquals(List.of("{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\",\"args\":{\"name\":\"10.0.0.2:5701\"}}",
            "{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"thread_name\",\"args\":{\"name\":\"training\"}}",
            "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":1000.0,\"dur\":1500.0,\"name\":\"forward\"}",
            "{\"ph\":\"C\",\"pid\":1,\"ts\":1000.0,\"name\":\"clock error, us\",\"args\":{\"at most\":30.0}}",
            "{\"ph\":\"M\",\"pid\":0,\"name\":\"end\",\"args\":{}}"), lines);
    }

    @Test
    void aTimelineNeverGrowsBeyondItsSize() throws IOException {
        Path file = dir.resolve("trace.json");
        buffer.switchOn();
        try (TraceWriter writer = TraceWriter.create(file, ZERO_NS, 1000)) {
            for (int i = 0; i < 20; i++) {
                buffer.span("training", "forward", ZERO_NS, ZERO_NS + i);
                writer.write("node-1", ClockOffset.NONE, buffer.take());
            }
            assertTrue(writer.isFull());
        }
        assertTrue(Files.size(file) <= 1100, Files.size(file) + " bytes");
        assertTrue(new ObjectMapper().readTree(file.toFile()).size() > 3, "and is whole");
    }

    @Test
    void anExistingFileIsLeftAlone() throws IOException {
        Path file = Files.writeString(dir.resolve("trace.json"), "mine");
        assertThrows(UserError.class, () -> TraceWriter.create(file, 0));
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void whatHasNoRoomIsCountedAndSaid() throws IOException {
        buffer.switchOn();
        for (int i = 0; i < 20_000; i++) {
            buffer.span("training", "forward", i, i + 1);
        }
        byte[] taken = buffer.take();
        assertTrue(taken.length <= TraceBuffer.MAX_BYTES, taken.length + " bytes");
        List<String> read = new ArrayList<>();
        int[] dropped = {0};
        TraceBuffer.read(taken, new TraceBuffer.Reader() {
            @Override
            public void span(String onTrack, String what, long fromNs, long toNs) {
                read.add(onTrack + " " + what + " " + fromNs + " " + toNs);
            }

            @Override
            public void dropped(int spans) {
                dropped[0] = spans;
            }
        });
        assertEquals(20_000, read.size() + dropped[0]);
        assertEquals("training forward 16383 16384", read.getLast());
    }

    @Test
    void brokenSpansAreRefused() {
        buffer.switchOn();
        buffer.span("training", "forward", 1, 2);
        byte[] cut = Arrays.copyOf(buffer.take(), 30);
        Path file = dir.resolve("trace.json");
        try (TraceWriter writer = TraceWriter.create(file, ZERO_NS)) {
            assertThrows(IOException.class, () -> writer.write("node-1", ClockOffset.NONE, cut));
        }
    }

    @Test
    void nothingIsKeptBeforeItIsSwitchedOn() throws IOException {
        TraceSpans spans = new TraceSpans(buffer, () -> 7, Spans.NONE);
        spans.begin(Phase.FORWARD);
        assertFalse(buffer.isOn());
        buffer.switchOn();
        spans.end(Phase.FORWARD); // its beginning isn't known
        assertEquals(8, buffer.take().length, "two counts of nothing");
        spans.begin(Phase.FORWARD);
        spans.end(Phase.FORWARD);
        assertTrue(buffer.take().length > 8);
    }

    @Test
    void anOffsetIsRightWithinHalfTheRoundTrip() {
        // theirs is 1000 ahead, and the question took 90 of 100
        ClockOffset clock = ClockOffset.of(0, 90 + 1000, 100);
        assertTrue(Math.abs(clock.offsetNs() - 1000) <= clock.errorNs(), clock.toString());
        assertEquals(51, clock.errorNs());
        BestOffset best = new BestOffset();
        best.add(clock);
        assertEquals(11, best.add(ClockOffset.of(200, 210 + 1000, 220)).errorNs());
        for (int i = 0; i < 15; i++) {
            best.add(clock);
        }
        assertEquals(51, best.add(clock).errorNs(), "what is older than sixteen is forgotten");
    }
}
