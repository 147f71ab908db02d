package lockstep.deploy.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LatencyKeeperTest {
    @TempDir
    private Path dir;
    private final List<String> warnings = new ArrayList<>();
    private final AtomicBoolean held = new AtomicBoolean(true);

    @Test
    void intervalsAreShortAtFirstAndNeverLongerThanAMinute() {
        assertEquals(5, TimeUnit.NANOSECONDS.toSeconds(LatencyKeeper.pauseNs(0)));
        assertEquals(5, TimeUnit.NANOSECONDS.toSeconds(LatencyKeeper.pauseNs(TimeUnit.MINUTES.toNanos(80))));
        assertEquals(36, TimeUnit.NANOSECONDS.toSeconds(LatencyKeeper.pauseNs(TimeUnit.HOURS.toNanos(10))));
        assertEquals(60, TimeUnit.NANOSECONDS.toSeconds(LatencyKeeper.pauseNs(TimeUnit.DAYS.toNanos(10))));
    }

    @Test
    void aKeeperWritesByItselfAndAtItsEnd() {
        LatencyKeeper keeper = keeper().start();
        while (Files.notExists(dir.resolve("latency.hlog"))) {
            Thread.onSpinWait();
        }
        keeper.close();
        long written = LatencyTotals.read(dir).merged().of("step").count();
        assertTrue(written >= 2, written + " of its second and its end");
        assertEquals(List.of(), warnings);
    }

    @Test
    void aDirectoryThatIsAnotherProcesssIsLeftAlone() {
        held.set(false);
        keeper().write();
        assertTrue(Files.notExists(dir.resolve("latency.hlog")));
    }

    @Test
    void whatCannotBeWrittenIsSaidOnceAndTheRunGoesOn() throws IOException {
        Files.createDirectory(dir.resolve("latency.hlog"));
        LatencyKeeper keeper = keeper();
        keeper.write();
        keeper.write();
        assertEquals(List.of(dir.resolve("latency.hlog") + ": Is a directory; latencies are lost until that is mended"),
            warnings);
        assertEquals("no table of latencies: " + dir + ": found no latency.hlog in it, expected the directory of a run that has trained for"
            + " some seconds", keeper.table().getFirst());
    }

    private LatencyKeeper keeper() {
        return new LatencyKeeper(dir, held::get, "node-1", LatencyKeeperTest::oneStep, warnings::add);
    }

    private static SortedMap<String, Interval> oneStep() {
        Latencies latencies = new Latencies();
        latencies.record(57_000_000);
        Interval interval = new Interval(1000, 2000);
        interval.add("step", latencies);
        SortedMap<String, Interval> byNode = new TreeMap<>();
        byNode.put("node-1", interval);
        return byNode;
    }
}
