package lockstep.deploy.latency;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;
import lockstep.deploy.CommandLines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LatencyReportTest {
    private static final long MS = 1_000_000;

    @TempDir
    private Path dir;

    @Test
    void theTableSaysWhereThereAreTooFewDurationsForAPercentile() {
        new LatencyFiles(dir).append(nodes("node-1", steps(100, 10)), "node-1");
        assertEquals(List.of(
            "latency, ms                     p50        p90        p99      p99.9        max     count",
            "  step                        500.2      900.1      990.2    too few       1000       100",
            "too few: percentile p needs at least 1/(1-p) durations: 10 for p90, 100 for p99, 1000 for p99.9"),
            LatencyTable.lines(LatencyTotals.read(dir)));
    }

    @Test
    void aTableWithEnoughDurationsHasNothingToExplain() {
        new LatencyFiles(dir).append(nodes("node-1", steps(1000, 1)), "node-1");
        List<String> lines = LatencyTable.lines(LatencyTotals.read(dir));
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.getLast().contains(" 999.4 "), lines.getLast());
    }

    /** Histograms add exactly: what all nodes have recorded, in whatever intervals, is what the run's own log holds. */
    @Test
    void theClustersLogIsTheSumOfAllNodes() {
        LatencyFiles files = new LatencyFiles(dir);
        SortedMap<String, Interval> first = nodes("127.0.0.1:5701", steps(10, 3));
        first.put("127.0.0.1:5702", steps(20, 7));
        files.append(first, "127.0.0.1:5701");
        files.append(nodes("127.0.0.1:5702", steps(1000, 1)), "127.0.0.1:5702");
        LatencyTotals totals = LatencyTotals.read(dir);
        assertEquals(List.of("127.0.0.1-5701", "127.0.0.1-5702"), List.copyOf(totals.nodes().keySet()));
        Latencies sum = new Latencies();
        totals.nodes().values().forEach(node -> sum.add(node.of("step")));
        assertEquals(1030, sum.count());
        assertEquals(sum, totals.merged().of("step"));
        List<String> titles = LatencyTable.lines(totals).stream().filter(line -> line.contains(" p50 ")).toList();
        assertEquals(List.of("all 2 nodes, ms", "127.0.0.1-5701, ms", "127.0.0.1-5702, ms"),
            titles.stream().map(title -> title.replaceFirst("ms .*", "ms")).toList());
    }

    @Test
    void theSumStandsInTimeByTheClockOfTheNodeThatWritesIt() {
        SortedMap<String, Interval> nodes = nodes("127.0.0.1:5701", steps(10, 3));
        Interval early = new Interval(5, 7);
        early.add("step", steps(1, 1).of("step"));
        nodes.put("127.0.0.1:5702", early);
        new LatencyFiles(dir).append(nodes, "127.0.0.1:5701");
        assertEquals(1000, LatencyTotals.read(dir).merged().startMs());
        assertEquals(11, LatencyTotals.read(dir).merged().of("step").count());
    }

    @Test
    void nothingRecordedWritesNothing() {
        new LatencyFiles(dir).append(nodes("node-1", new Interval(0, 1)), "node-1");
        assertTrue(Files.notExists(dir.resolve("latency.hlog")));
        assertTrue(Files.notExists(dir.resolve("latency-node-1.hlog")));
    }

    @Test
    void twoRunsAreComparedByTheChangeOfEachPercentile() throws IOException {
        Path before = Files.createDirectory(dir.resolve("before"));
        Path after = Files.createDirectory(dir.resolve("after"));
        new LatencyFiles(before).append(nodes("node-1", steps(100, 10)), "node-1");
        new LatencyFiles(after).append(nodes("node-1", steps(100, 15)), "node-1");
        String change = LatencyReport.of(before, Optional.of(after), List.of("step")).lines().stream().filter(line -> line.contains("->"))
            .findFirst().orElseThrow();
        assertEquals("step 500.2 -> 750.1 +49.9% 900.1 -> 1351 +50.1% 990.2 -> 1486 +50.1% too few", change.strip().replaceAll(" +", " "));
    }

    @Test
    void aCurveGoesAsFarAsThereAreDurations() {
        PercentileCurve curve = PercentileCurve.of("step", steps(1000, 1).of("step"));
        assertEquals(0, curve.nines().getFirst());
        assertEquals(3, curve.nines().getLast(), 1e-6);
        assertEquals(999.4, curve.millis().getLast(), 0.1);
        assertEquals(List.of("p0", "p90", "p99", "p99.9", "p99.99"),
            IntStream.range(0, 5).mapToObj(PercentileCurve::label).toList());
        assertEquals(" ", PercentileCurve.label(0.5));
    }

    @Test
    void thePlotHasAPlaceForEachNine() {
        List<String> lines = PercentilePlot.lines(List.of(PercentileCurve.of("step", steps(1000, 1).of("step"))));
        assertEquals(17, lines.size());
        assertTrue(lines.get(0).startsWith("     999.4 |") && lines.get(0).endsWith("*"), lines.get(0));
        assertEquals("           +-----------------+-----------------+-----------------+", lines.get(14));
        assertEquals("           p0                p90               p99               p99.9", lines.get(15));
        assertEquals("           * step, ms", lines.get(16));
        // half of the way up is p50, log10(2) of the way to p90
        String middle = lines.get(7);
        assertEquals(12 + (int) Math.round(18 * StrictMath.log10(1 / 0.54)), middle.lastIndexOf('*'), 1.0, middle);
    }

    @Test
    void picturesAreWrittenOnce() throws IOException {
        new LatencyFiles(dir).append(nodes("node-1", steps(1000, 1)), "node-1");
        LatencyReport report = LatencyReport.of(dir, Optional.empty(), List.of("step"));
        Path png = dir.resolve("steps.png");
        Path svg = dir.resolve("steps.svg");
        report.writePng(png);
        report.writeSvg(svg);
        var image = ImageIO.read(png.toFile());
        assertEquals(1000, image.getWidth());
        assertTrue(Files.readString(svg).contains("<svg"), "SVG");
        assertEquals(png + ": already exists; nothing is overwritten, choose another name or remove it",
            assertThrows(UserError.class, () -> report.writePng(png)).getMessage());
    }

    @Test
    void thePictureOfTheCommandHasTheSameDigitsUnderALocaleWithItsOwn() throws IOException {
        new LatencyFiles(dir).append(nodes("node-1", steps(1000, 1)), "node-1");
        byte[] expected = png("expected.png");
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertArrayEquals(expected, png("arabic.png"));
        } finally {
            Locale.setDefault(before);
        }
    }

    private byte[] png(String name) throws IOException {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        Path file = dir.resolve(name);
        assertEquals(0, CommandLines.run(CommandLines.of(nobody, nobody), "latency", dir.toString(), "--png", file.toString()));
        return Files.readAllBytes(file);
    }

    @Test
    void anUnknownPhaseIsAnsweredWithThoseThereAre() {
        new LatencyFiles(dir).append(nodes("node-1", steps(10, 1)), "node-1");
        assertEquals("--phase: found stp, expected one that " + dir + " has recorded: step",
            assertThrows(UserError.class, () -> LatencyReport.of(dir, Optional.empty(), List.of("stp"))).getMessage());
    }

    @Test
    void aDirectoryWithoutLogsIsNamed() {
        assertEquals(dir + ": found no latency.hlog in it, expected the directory of a run that has trained for some seconds",
            assertThrows(UserError.class, () -> LatencyTotals.read(dir)).getMessage());
        Path nowhere = dir.resolve("nowhere");
        assertEquals(nowhere + ": no such directory, expected a run's, as train has printed it",
            assertThrows(UserError.class, () -> LatencyTotals.read(nowhere)).getMessage());
    }

    private static SortedMap<String, Interval> nodes(String node, Interval interval) {
        SortedMap<String, Interval> byNode = new TreeMap<>();
        byNode.put(node, interval);
        return byNode;
    }

    /** Of 1, 2, 3 … times so many ms. */
    private static Interval steps(int count, int ms) {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= count; i++) {
            latencies.record((long) i * ms * MS);
        }
        Interval interval = new Interval(1000, 2000);
        interval.add("step", latencies);
        return interval;
    }
}
