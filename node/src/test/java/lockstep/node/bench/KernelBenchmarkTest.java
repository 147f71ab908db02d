package lockstep.node.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.node.bench.KernelBenchmark.Plan;
import lockstep.node.bench.KernelBenchmark.Row;
import lockstep.node.parallel.Workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KernelBenchmarkTest {
    private static final ModelShape TINY = ModelShape.of(8, 97, 2, 2, 16);
    private static final MachinePeak MACHINE = new MachinePeak("a JVM", "a width", 2, 50, 100, 10, 12);

    private final Workers workers = new Workers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    private KernelBenchmark benchmark(String filter) {
        return new KernelBenchmark(new Plan(TINY, 2, 8, filter, 1e-4), workers);
    }

    @Test
    void everyKernelHasARowWithFiguresThatFitEachOther() {
        List<Row> told = new ArrayList<>();
        KernelBenchmark benchmark = benchmark("");
        List<Row> rows = benchmark.run(MACHINE, told::add);
        assertEquals(rows, told);
        assertEquals(benchmark.count(), rows.size());
        assertEquals(28, new LinkedHashSet<>(rows.stream().map(Row::kernel).toList()).size());
        for (Row row : rows) {
            assertTrue(row.repetitions() >= 5, row.toString());
            assertTrue(row.medianUs() > 0 && row.rate() > 0 && Double.isFinite(row.rate()), row.toString());
            assertEquals(row.work() / row.medianUs() / 1e3, row.rate(), 1e-9 * row.rate());
            assertEquals(row.rate() / (row.unit().equals("GFLOP/s") ? 100 : 10), row.shareOfPeak(), 1e-9 * row.shareOfPeak());
        }
    }

    @Test
    void aFilterTakesTheKernelsWhoseNameContainsIt() {
        assertEquals(List.of("attention forward", "attention backward"),
            benchmark("Attention").run(MACHINE, row -> {}).stream().map(Row::kernel).toList());
    }

    @Test
    void aFilterThatNoNameContainsIsToldTheNames() {
        UserError error = assertThrows(UserError.class, () -> benchmark("dropout"));
        assertTrue(error.getMessage().startsWith("--filter: found dropout, expected a part of one of embedding forward, "),
            error.getMessage());
        assertTrue(error.getMessage().endsWith(", adamw"), error.getMessage());
    }

    @Test
    void valuesAreSpreadAndTheSameEachTime() {
        float[] x = Values.floats(10_000);
        double sum = 0;
        double squares = 0;
        for (float value : x) {
            assertTrue(value >= -1 && value < 1, () -> "found " + value);
            sum += value;
            squares += value * value;
        }
        // Of independent values: 0 and 1/3, within five standard deviations.
        assertEquals(0, sum / x.length, 0.03);
        assertEquals(1.0 / 3, squares / x.length, 0.015);
        assertEquals(x[1234], Values.floats(1235)[1234]);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertEquals(3, Timing.median(new double[] {9, 1, 3}));
        assertEquals(2.5, Timing.median(new double[] {9, 1, 3, 2}));
    }
}
