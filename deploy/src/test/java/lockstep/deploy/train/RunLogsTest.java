package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.optimizer.LayerNorms;
import lockstep.node.train.StepReport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

class RunLogsTest {
    private static final long MS = 1_000_000;

    @TempDir
    private Path dir;

    @Test
    void mainLogIsLlmcs() throws IOException {
        try (RunLogs logs = new RunLogs(dir, 0)) {
            logs.validated(0, 11.00994);
            logs.stepDone(report(1, 10.96875, 15.5678));
        }
        assertEquals(List.of("s:0 tel:11.0099", "s:0 trl:10.9688 lr:0.000300 norm:15.57"), lines("main.log"));
    }

    @Test
    void metricsAreOneObjectAStepInPlainDecimals() throws IOException {
        try (RunLogs logs = new RunLogs(dir, 0)) {
            logs.stepDone(report(1, 1.25e-7, 3.5e9));
        }
        assertEquals(
            List.of(
                "{\"step\":1,\"loss\":0.000000125,\"gradNorm\":3500000000,\"lr\":0.0003,\"stepMs\":20.000,\"tokensPerSecond\":12800.0"
                    + ",\"updateRatio\":{},\"layerGradNorm\":{}}"),
            lines("metrics.jsonl"));
    }

    @Test
    void anExaminationHasALineThatARunWhichGoesOnThereWritesAgain() throws IOException {
        try (RunLogs logs = new RunLogs(dir, 0)) {
            for (int step = 1; step <= 3; step++) {
                logs.stepDone(report(step, 2, 1));
                logs.examined(step, new MultipleChoice.Score(6, step, 3, 0));
            }
        }
        assertEquals("{\"step\":2,\"hellaswag\":0.500000,\"hellaswagBySum\":0.333333,\"hellaswagQuestions\":6}",
            lines("metrics.jsonl").get(3));
        assertEquals("s:2 eval:0.5000", lines("main.log").get(3));
        try (RunLogs logs = new RunLogs(dir, 2)) {
            assertEquals(2, logs.lastStep().orElseThrow());
            assertEquals(3, lines("metrics.jsonl").size());
            logs.examined(2, new MultipleChoice.Score(6, 2, 3, 0));
        }
        assertEquals(4, lines("metrics.jsonl").size());
        assertEquals(List.of("s:0 ", "s:1 ", "s:1 ", "s:2 "), lines("main.log").stream().map(line -> line.substring(0, 4)).toList());
    }

    @Test
    void theMetricsHaveEachLayersRatioAndNormWhereThereIsOne() throws IOException {
        StepReport report = report(1, 2, 1).ofLayers(LayerNorms.of(List.of("wte", "wpe", "h0", "lnf"),
            new double[] {0.25, 0, 1.5e-7, Double.POSITIVE_INFINITY}, new double[] {2, 3, 4, 0}, new double[] {0.001, 0, 1, 1}));
        try (RunLogs logs = new RunLogs(dir, 0)) {
            logs.stepDone(report);
        }
        String line = lines("metrics.jsonl").getFirst();
        assertEquals(
            "\"updateRatio\":{\"wte\":-3.301,\"h0\":-0.602},\"layerGradNorm\":{\"wte\":0.25,\"wpe\":0,\"h0\":0.00000015,\"lnf\":null}}",
            line.substring(line.indexOf("\"updateRatio\"")));
    }

    @Test
    void aSkippedStepAndItsScoresAreInTheMetrics() throws IOException {
        try (RunLogs logs = new RunLogs(dir, 0)) {
            logs.stepDone(new StepReport(200, 600, 2, 6.12345, 1, -0.5, 1e-4f, false, 0, 0, 0, 0, 0, 0, 20 * MS, 256));
        }
        String line = lines("metrics.jsonl").getFirst();
        assertEquals("\"lossZ\":6.123,\"gradZ\":-0.500,\"skipped\":true}", line.substring(line.indexOf("\"lossZ\"")));
    }

    @Test
    void aResumedRunCutsWhatItWillWriteAgain() throws IOException {
        write(5);
        try (RunLogs logs = new RunLogs(dir, 3)) {
            assertEquals(3, lines("metrics.jsonl").size());
            // Steps count from 0 here, and the boundary of step 3 is crossed again.
            assertEquals("s:2 trl:1.0000 lr:0.000300 norm:1.00", lines("main.log").getLast());
            assertEquals("{\"step\":2,\"valLoss\":2}", lines("validation.jsonl").getLast());
            logs.stepDone(report(4, 7, 1));
        }
        assertEquals(4, lines("metrics.jsonl").size());
    }

    @Test
    void linesThatAnEditorOrAnotherSystemGaveOtherEndsStayWhole() throws IOException {
        write(5);
        for (String log : List.of("main.log", "metrics.jsonl", "validation.jsonl")) {
            Files.writeString(dir.resolve(log), "\ufeff" + Files.readString(dir.resolve(log)).replace("\n", "\r\n"));
        }
        try (RunLogs logs = new RunLogs(dir, 3)) {
            logs.stepDone(report(4, 7, 1));
        }
        assertEquals(List.of("1", "2", "3", "4"),
            lines("metrics.jsonl").stream().map(line -> line.replaceAll("\ufeff?\\{\"step\":(.),.*}", "$1")).toList());
        assertEquals("s:2 trl:1.0000 lr:0.000300 norm:1.00", lines("main.log").get(5));
        assertEquals("s:3 trl:7.0000 lr:0.000300 norm:1.00", lines("main.log").get(6));
        assertEquals(3, lines("validation.jsonl").size());
    }

    @Test
    void halfALineIsCut() throws IOException {
        for (String half : List.of("{\"step\":3,\"lo", "{\"step\":3,\"loss\":1}", "\0\0\0\0")) {
            write(2);
            Files.writeString(dir.resolve("metrics.jsonl"), half, StandardOpenOption.APPEND);
            new RunLogs(dir, 3).close();
            assertEquals(2, lines("metrics.jsonl").size(), half);
            assertFalse(Files.readString(dir.resolve("metrics.jsonl")).contains("\"step\":3"), half);
        }
    }

    @Test
    void aRunFromTheStartHasEmptyLogs() throws IOException {
        write(2);
        new RunLogs(dir, 0).close();
        for (String log : List.of("main.log", "metrics.jsonl", "validation.jsonl")) {
            assertEquals(0, Files.size(dir.resolve(log)), log);
        }
    }

    @Test
    void roundingIsCs() {
        assertEquals("0.12", Decimals.fixed(0.125, 2));
        assertEquals("0.38", Decimals.fixed(0.375, 2));
        assertEquals("nan", Decimals.fixed(Double.NaN, 2));
    }

    private void write(int steps) throws IOException {
        try (RunLogs logs = new RunLogs(dir, 0)) {
            for (int step = 0; step < steps; step++) {
                logs.validated(step, step);
                logs.stepDone(report(step + 1, 1, 1));
            }
            logs.validated(steps, steps);
        }
    }

    private List<String> lines(String log) throws IOException {
        return Files.readAllLines(dir.resolve(log));
    }

    private static StepReport report(int step, double lossNats, double gradNorm) {
        return new StepReport(step, 600, lossNats, Double.NaN, gradNorm, Double.NaN, 3e-4f, true, 0, 0, 0, 0, 0, 0, 20 * MS, 256);
    }
}
