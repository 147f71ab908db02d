package lockstep.deploy.console;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import lockstep.node.train.Outcome;
import lockstep.node.train.StepReport;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ConsoleViewTest {
    private static final long MS = 1_000_000;

    private static final String SPLIT = "data 0 fwd 25 bwd 65 reduce 5 adamw 5 %";

    private final List<String> lines = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    @Test
    void aStepIsALineLikeLlmcs() {
        // 256 tokens of 10 MFLOP in 20 ms are 128 GFLOP/s.
        ConsoleView view = view(1);
        view.started(0, 600);
        view.stepDone(report(1, 600, Double.NaN));
        assertEquals(
            List.of("step    1/600 | loss 5.512346 | norm 12.3457 | lr 1.00e-04 | 20.00 ms | 64.0% peak | 12800 tok/s | "
                + SPLIT),
            lines);
    }

    @Test
    void zScoresCarryTheirSign() {
        ConsoleView view = view(1);
        view.started(0, 600);
        view.stepDone(report(200, 600, 1.5));
        assertEquals(
            "step  200/600 | loss 5.512346 (+1.50z)| norm 12.3457 (+1.50z)| lr 1.00e-04 | 20.00 ms | 64.0% peak | 12800 tok/s | " + SPLIT,
            lines.getFirst());
    }

    @Test
    void longRunsPrintTheFirstTheLastAndEveryNthStep() {
        ConsoleView view = view(10);
        view.started(4, 25);
        IntStream.rangeClosed(5, 25).forEach(step -> view.stepDone(report(step, 25, 0)));
        assertEquals(List.of("resumed at step 4 of 25", "step    5/25", "step   10/25", "step   20/25", "step   25/25"),
            lines.stream().map(line -> line.replaceFirst(" \\|.*", "")).toList());
    }

    @Test
    void theEndNamesALossThatWasMeasuredThere() {
        ConsoleView view = view(1);
        view.validated(25, 1.23456);
        view.finished(new Outcome(Outcome.End.COMPLETED, 25, Path.of("c")));
        assertEquals(List.of("val loss 1.234560", "latencies", "validation loss 1.2346 nats per byte", "checkpoint c"), lines);
    }

    @Test
    void theEndShowsLatencies() {
        view(1000).finished(new Outcome(Outcome.End.COMPLETED, 101, Path.of("c")));
        assertEquals(List.of("latencies", "checkpoint c"), lines);
    }

    @Test
    void aLineSaysWhatPartOfTheStepWasSpentWaiting() {
        ConsoleView view = view(1);
        view.started(0, 600);
        view.stepDone(new StepReport(1, 600, 1, 0, 1, 0, 1e-4f, true, 0, 4 * MS, 9 * MS, MS, 5 * MS, MS, 20 * MS, 256));
        assertEquals("data 0 fwd 20 bwd 45 reduce 5 wait 25 adamw 5 %", lines.getFirst().replaceFirst(".* tok/s \\| ", ""));
    }

    @Test
    void theEndDoesNotNameTheLossOfAnEarlierStep() {
        ConsoleView view = view(1);
        view.validated(20, 1.23456);
        view.finished(new Outcome(Outcome.End.STOPPED_BY_FLAG, 25, Path.of("c")));
        assertEquals(List.of("val loss 1.234560", "stopped after step 25", "latencies", "checkpoint c"), lines);
    }

    @Test
    void fewerValidationBatchesThanAskedForAreAWarning() {
        view(1).validationShortened(3, 20);
        assertEquals(List.of("lockstep: the validation data has 3 batches, fewer than --val-batches 20; all of them are measured"),
            warnings);
    }

    private ConsoleView view(int logEvery) {
        Terminal terminal = new Terminal() {
            @Override
            public void line(String text) {
                lines.add(text);
            }

            @Override
            public void warning(String text) {
                warnings.add(text);
            }
        };
        return new ConsoleView(terminal,
            new ConsoleView.Settings(logEvery, "nats per byte", 1e7, OptionalDouble.of(200), () -> List.of("latencies")));
    }

    private static StepReport report(int step, int steps, double z) {
        return new StepReport(step, steps, 5.5123456, z, 12.34567, z, 1e-4f, true, 0, 5 * MS, 13 * MS, MS, 0, MS, 20 * MS, 256);
    }
}
