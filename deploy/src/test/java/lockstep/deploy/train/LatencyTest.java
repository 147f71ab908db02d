package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.latency.Interval;
import lockstep.common.timing.Phase;
import lockstep.deploy.latency.LatencyTotals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Latencies of real runs, through the command line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LatencyTest {
    @TempDir
    private Path dir;
    private Path text;
    private Path run;

    @BeforeEach
    void setUp() throws IOException {
        text = TinyRun.text(dir);
        run = dir.resolve("run");
    }

    @Test
    void aRunLeavesItsLatenciesAndShowsThem() {
        TinyRun.Result trained = TinyRun.train(text, run, "--steps", "25", "--val-every", "10", "--checkpoint-every", "10");
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(Files.exists(run.resolve("latency-node-1.hlog")));
        String shown = show(run);
        for (String phase : List.of("step", "compute", "data", "forward", "backward", "reduce", "adamw")) {
            assertEquals(20, count(shown, phase), shown);
            assertEquals(20, count(trained.out(), phase), "the same at the run's end: " + trained.out());
        }
        assertEquals(5, count(shown, "warmup-step"), shown);
        assertTrue(count(shown, "pause") > 0, shown);
        assertTrue(count(shown, "validation") > 0 && count(shown, "checkpoint-stall") > 0, shown);
        assertTrue(shown.contains("too few: percentile p needs"), shown);
    }

    @Test
    void aRunOfAsManyStepsAsWarmUpShowsThese() {
        assertEquals(0, TinyRun.train(text, run, "--steps", "5").exitCode());
        String shown = show(run);
        assertEquals(5, count(shown, "warmup-step"), shown);
        assertTrue(shown.contains("* warmup-step, ms"), shown);
        assertEquals(0, TinyRun.run("latency", run.toString(), "--svg", dir.resolve("a.svg").toString()).exitCode());
        TinyRun.Result asked = TinyRun.run("latency", run.toString(), "--phase", "step");
        assertTrue(asked.err().startsWith("lockstep: --phase: found step, expected one that "), asked.err());
    }

    @Test
    void aResumedRunGoesOnWithItsLogs() {
        assertEquals(0, TinyRun.train(text, run, "--steps", "24", "--stop-after", "12").exitCode());
        assertEquals(7, count(show(run), "step"));
        assertEquals(0, TinyRun.resume(run, "--stop-after", "24").exitCode());
        assertEquals(14, count(show(run), "step"), "each process has five steps of its own to warm up");
        assertEquals(10, count(show(run), "warmup-step"));
    }

    @Test
    void aMistakeIsOneLineAndExitCodeTwo() throws IOException {
        TinyRun.Result nothing = TinyRun.run("latency", dir.resolve("nowhere").toString());
        assertEquals(2, nothing.exitCode());
        assertEquals("lockstep: " + dir.resolve("nowhere") + ": no such directory, expected a run's, as train has printed it",
            nothing.err().strip());
        Files.writeString(dir.resolve("latency.hlog"), "#[StartTime: 1]\nrubbish\n");
        TinyRun.Result rubbish = TinyRun.run("latency", dir.toString());
        assertEquals(2, rubbish.exitCode());
        assertTrue(rubbish.err().startsWith("lockstep: " + dir.resolve("latency.hlog") + ": line 2: found rubbish, expected "),
            rubbish.err());
    }

    /** Each duration is kept to three digits and the nearest microsecond. */
    @Test
    void thePartsOfAStepAddUpToIt() {
        assertEquals(0, TinyRun.train(text, run, "--steps", "45", "--val-every", "0", "--sample-every", "0").exitCode());
        Interval all = LatencyTotals.read(run).merged();
        double partsMs = 0;
        for (Phase phase : Phase.parts()) {
            partsMs += all.of(phase.tag()).totalMs();
        }
        double stepsMs = all.of(Phase.STEP.tag()).totalMs();
        assertEquals(stepsMs, partsMs, 0.002 * stepsMs + 40 * 7 * 0.0005);
        assertEquals(stepsMs, all.of(Phase.COMPUTE.tag()).totalMs(), "a node by itself waits for nobody");
    }

    private static String show(Path runDir) {
        TinyRun.Result shown = TinyRun.run("latency", runDir.toString());
        assertEquals(0, shown.exitCode(), shown.err());
        return shown.out();
    }

    /** The last number of the first row that begins so; 0 where there is none. */
    private static long count(String table, String phase) {
        Matcher row = Pattern.compile("^  " + phase + " .* (\\d+)$", Pattern.MULTILINE).matcher(table);
        return row.find() ? Long.parseLong(row.group(1)) : 0;
    }
}
