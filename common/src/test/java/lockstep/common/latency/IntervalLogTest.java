package lockstep.common.latency;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IntervalLogTest {
    private static final long START_MS = 1_764_000_000_123L;

    @TempDir
    private Path dir;
    private Path path;

    @BeforeEach
    void path() {
        path = dir.resolve("latency-node-1.hlog");
    }

    @Test
    void whatWasWrittenIsRead() {
        Interval interval = IntervalTest.interval(START_MS, START_MS + 1000, "step", 57_000, 58_000, 90_000);
        interval.add("peer-10.0.0.1:5701", interval.of("step"));
        write(interval);
        List<Interval> read = read();
        assertEquals(2, read.size(), "one a tag");
        assertEquals(interval.of("step"), read.getLast().of("step"));
        assertEquals(interval.of("step"), read.getFirst().of("peer-10.0.0.1:5701"));
        assertEquals(START_MS, read.getLast().startMs());
        assertEquals(START_MS + 1000, read.getLast().endMs());
    }

    @Test
    void aLogGoesOnBehindItsLastWholeLine() throws IOException {
        write(IntervalTest.interval(START_MS, START_MS + 1000, "step", 1));
        byte[] whole = Files.readAllBytes(path);
        write(IntervalTest.interval(START_MS + 1000, START_MS + 2000, "step", 2));
        try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 7); // a process was killed while it wrote
        }
        assertEquals(1, read().size(), "half a line is none");
        write(IntervalTest.interval(START_MS + 2000, START_MS + 3000, "step", 3));
        assertEquals(List.of(START_MS, START_MS + 2000), read().stream().map(Interval::startMs).toList());
        assertEquals(new String(whole, StandardCharsets.UTF_8), Files.readString(path).substring(0, whole.length));
    }

    @Test
    void halfAHeaderIsBegunAnew() throws IOException {
        Files.writeString(path, "#[Lockstep: lat");
        write(IntervalTest.interval(START_MS, START_MS + 1000, "step", 1));
        assertEquals(1, read().size());
        assertTrue(Files.readString(path).startsWith("#[Lockstep: latencies of a test"));
    }

    @Test
    void aLineThatIsNoneIsNamed() throws IOException {
        write(IntervalTest.interval(START_MS, START_MS + 1000, "step", 1));
        long lines = Files.readAllLines(path).size();
        Files.writeString(path, "Tag=step,1.0,2.0,rubbish\n", StandardOpenOption.APPEND);
        assertEquals(path + ": line " + (lines + 1) + ": found Tag=step,1.0,2.0,rubbish, expected Tag=<name>,<start in s>,<length in s>,"
            + "<largest in ms>,<histogram>. Delete that line to read the rest", assertThrows(UserError.class, this::read).getMessage());
    }

    @Test
    void aHistogramThatIsNoneIsNamed() throws IOException {
        Files.writeString(path, "Tag=step,1.000,2.000,3.000,HISTFAAAAA==\n");
        String message = assertThrows(UserError.class, this::read).getMessage();
        assertTrue(message.startsWith(path + ": line 1: no histogram"), message);
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeItFillsTheMemory() throws IOException {
        Files.writeString(path, "x".repeat(500_000));
        String message = assertThrows(UserError.class, this::read).getMessage();
        assertTrue(message.startsWith(path + ": line 1: longer than 400000 characters"), message);
    }

    /** The tool that others use, as its jar has it. */
    @Test
    void hdrHistogramsOwnProcessorReadsIt() throws IOException, InterruptedException {
        for (int second = 0; second < 3; second++) {
            Interval interval =
                IntervalTest.interval(START_MS + 1000L * second, START_MS + 1000L * (second + 1), "step", 57_000, 58_000, 90_000);
            interval.add("adamw", IntervalTest.interval(0, 0, "adamw", 1_000).of("adamw"));
            write(interval);
        }
        Path out = dir.resolve("out.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), "org.HdrHistogram.HistogramLogProcessor", "-i", path.toString(), "-tag", "step",
            "-outputValueUnitRatio", "1000").redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still runs");
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(out);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("Total count    =            9"), text);
        assertTrue(text.contains("[Max     =       90."), text);
        assertFalse(text.contains("Exception"), text);
    }

    private void write(Interval interval) {
        try (IntervalLog log = IntervalLog.open(path, "latencies of a test")) {
            log.write(interval);
        }
    }

    private List<Interval> read() {
        List<Interval> read = new ArrayList<>();
        IntervalLogFile.read(path, read::add);
        return read;
    }
}
