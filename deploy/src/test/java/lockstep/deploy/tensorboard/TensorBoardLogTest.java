package lockstep.deploy.tensorboard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.tensorboard.EventReader.Event;
import lockstep.deploy.tensorboard.EventReader.Kind;
import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.optimizer.LayerNorms;
import lockstep.node.train.StepReport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TensorBoardLogTest {
    private static final long NOW_MS = 1_700_000_000_500L;

    @TempDir
    private Path dir;
    private final List<String> warnings = new ArrayList<>();

    /** Of the checksum's definition: "123456789" has the CRC-32C e3069283. */
    @Test
    void theReaderOfTheTestsKnowsTheChecksum() {
        int crc = 0xe3069283;
        assertEquals((crc >>> 15 | crc << 17) + 0xa282ead8, EventReader.masked("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aFileTellsOfEachStepOfAShortRun() throws IOException {
        try (TensorBoardLog log = log()) {
            log.started(0, 3);
            log.validated(0, 5.5);
            log.stepDone(report(1, 3, true));
            log.sampled(1, "to be,\nor <b>");
            log.stepDone(report(2, 3, false));
            log.examined(3, new MultipleChoice.Score(8, 2, 4, 0));
        }
        List<Event> events = EventReader.read(files().getFirst());
        assertEquals(0.5, scalar(events, 3, "hellaswag"));
        assertEquals(0.25, scalar(events, 3, "hellaswagBySum"));
        assertEquals("events.out.tfevents.1700000000.127.0.0.1-80.lockstep", files().getFirst().getFileName().toString());
        assertEquals(new Event(0, "brain.Event:2", Kind.VERSION, 0, events.getFirst().bytes()), events.getFirst());
        assertEquals(Kind.START, events.get(1).kind());
        assertEquals(1, events.get(1).step());
        assertEquals(List.of(new Tag(0, "valLoss")), tags(events, Kind.SCALAR).subList(0, 1));
        assertEquals(List.of("loss", "lr", "gradNorm", "tokensPerSecond", "updateRatio/wte"),
            events.stream().filter(event -> event.step() == 1 && event.kind() == Kind.SCALAR).map(Event::tag).toList());
        assertEquals(5.5f, (float) scalar(events, 0, "valLoss"));
        assertEquals(2.25, scalar(events, 1, "loss"));
        assertEquals(3e-4f, (float) scalar(events, 1, "lr"));
        assertEquals(128_000, scalar(events, 1, "tokensPerSecond"));
        assertEquals(-3f, (float) scalar(events, 1, "updateRatio/wte"));
        Event text = events.stream().filter(event -> event.kind() == Kind.TEXT).findFirst().orElseThrow();
        assertEquals("    to be,\n    or <b>", EventReader.text(text.bytes()));
        assertEquals(List.of("loss", "lr", "gradNorm", "tokensPerSecond"),
            events.stream().filter(event -> event.step() == 2 && event.kind() == Kind.SCALAR).map(Event::tag).toList(),
            "of a skipped step");
    }

    private record Tag(long step, String name) {}

    @Test
    void histogramsHoldAllStepsSinceTheLastOneAndScalarsAreSpreadEvenly() throws IOException {
        int steps = 20_000;
        try (TensorBoardLog log = log()) {
            log.started(0, steps);
            for (int step = 1; step <= steps; step++) {
                log.stepDone(report(step, steps, true));
            }
        }
        List<Event> events = EventReader.read(files().getFirst());
        List<Tag> losses = tags(events, Kind.SCALAR).stream().filter(tag -> tag.name().equals("loss")).toList();
        assertEquals(TensorBoardLog.POINTS, losses.size());
        assertEquals(4, losses.getFirst().step());
        assertEquals(steps, losses.getLast().step());
        List<Event> histograms =
            events.stream().filter(event -> event.kind() == Kind.HISTOGRAM && event.tag().equals("gradNorm/wte")).toList();
        assertEquals(TensorBoardLog.HISTOGRAMS, histograms.size());
        Event first = histograms.getFirst();
        assertEquals(200, EventReader.doubles(first, 3)[0]);
        assertEquals(200 * 201 / 2, EventReader.doubles(first, 4)[0], 1e-9);
        double[] limits = EventReader.doubles(first, 6);
        double[] counts = EventReader.doubles(first, 7);
        assertEquals(limits.length, counts.length);
        int seen = 0;
        for (int i = 0; i < limits.length; i++) {
            double below = i == 0 ? 0 : limits[i - 1];
            double above = limits[i];
            assertTrue(above > below);
            long expected = Stream.iterate(1, norm -> norm + 1).limit(200).filter(norm -> norm >= below && norm < above).count();
            assertEquals((double) expected, counts[i], "norms from " + below + " to " + above);
            seen += (int) counts[i];
        }
        assertEquals(200, seen);
        assertTrue(Files.size(files().getFirst()) < 4 << 20, "a few MB, however long the run");
    }

    @Test
    void zeroAndLargeNormsHaveABucket() {
        NormHistogram histogram = new NormHistogram();
        for (double norm : new double[] {0, 1e-12, 1e300, 0}) {
            histogram.add(norm);
        }
        assertEquals(4, histogram.counts().stream().mapToDouble(Double::doubleValue).sum());
        assertEquals(2, histogram.counts().getFirst());
        assertArrayEquals(histogram.limits().stream().mapToDouble(Double::doubleValue).sorted().toArray(),
            histogram.limits().stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The clock is where it was: the second file still sorts behind the first. */
    @Test
    void whoGoesOnWritesANewFileAndSaysFromWhereOn() throws IOException {
        try (TensorBoardLog log = log()) {
            log.started(0, 9);
            log.stepDone(report(1, 9, true));
        }
        byte[] before = Files.readAllBytes(files().getFirst());
        try (TensorBoardLog log = log()) {
            log.started(4, 9);
            log.stepDone(report(5, 9, true));
        }
        assertEquals(2, files().size());
        assertTrue(Arrays.equals(before, Files.readAllBytes(files().getFirst())), "what is there stays");
        Event start = EventReader.read(files().getLast()).get(1);
        assertEquals(Kind.START, start.kind());
        assertEquals(5, start.step());
    }

    @Test
    void whatCannotBeWrittenIsOneWarning() throws IOException {
        Files.writeString(dir.resolve("tensorboard"), "in the way");
        try (TensorBoardLog log = log()) {
            log.started(0, 9);
            log.stepDone(report(1, 9, true));
            log.validated(1, 1);
        }
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().startsWith("TensorBoard's file ends here: " + dir.resolve("tensorboard") + ": "),
            warnings.toString());
    }

    private TensorBoardLog log() {
        return new TensorBoardLog(dir, "127.0.0.1:80", () -> NOW_MS, warnings::add);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("tensorboard"))) {
            return files.sorted().toList();
        }
    }

    private static List<Tag> tags(List<Event> events, Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).map(event -> new Tag(event.step(), event.tag())).toList();
    }

    private static double scalar(List<Event> events, int step, String tag) {
        return events.stream().filter(event -> event.step() == step && event.tag().equals(tag)).findFirst().orElseThrow().scalar();
    }

    /** wte's norm is the step's number, up to 200 and again. */
    private static StepReport report(int step, int steps, boolean updated) {
        StepReport report = new StepReport(step, steps, 2.25, Double.NaN, 1, Double.NaN, 3e-4f, updated, 0, 0, 0, 0, 0, 0, 2_000_000, 256);
        return updated
            ? report.ofLayers(LayerNorms.of(List.of("wte", "lnf"), new double[] {(step - 1) % 200 + 1, 1}, new double[] {2, 0},
                new double[] {0.002, 1}))
            : report;
    }
}
