package lockstep.deploy.dashboard;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HeatMapTest {
    private final HeatMap heat = new HeatMap();

    private void add(int number, long... ms) {
        Latencies latencies = new Latencies();
        for (long one : ms) {
            latencies.record(one * 1_000_000);
        }
        heat.add(new Interval(1000L * number, 1000L * (number + 1)), latencies);
    }

    @Test
    void a_column_says_when_and_how_often_how_long() {
        add(1, 10, 10, 1000);
        List<Long> column = heat.columns().getFirst();
        assertEquals(List.of(1000L, 2000L, (long) HeatMap.row(10.003), 2L, (long) HeatMap.row(1000), 1L), column);
    }

    @Test
    void a_long_run_has_no_more_columns_than_a_screen_and_loses_no_step() {
        for (int i = 0; i < 10_000; i++) {
            add(i, 20);
        }
        List<List<Long>> columns = heat.columns();
        assertTrue(columns.size() <= HeatMap.MAX_COLUMNS && columns.size() > HeatMap.MAX_COLUMNS / 3, columns.size() + " columns");
        assertEquals(10_000, columns.stream().mapToLong(column -> column.get(3)).sum());
        assertEquals(0L, columns.getFirst().getFirst());
        assertEquals(10_000_000L, columns.getLast().get(1));
        for (int i = 1; i < columns.size(); i++) {
            assertEquals(columns.get(i - 1).get(1), columns.get(i).get(0), "no gap, no overlap");
        }
        long full = columns.getFirst().get(3);
        assertTrue(columns.subList(0, columns.size() - 1).stream().allMatch(column -> column.get(3) == full), "equally wide");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.01, 0", "0.1, 12", "1, 24", "10, 36", "3600000, 102", "1e9, 102"})
    void rows_are_twelfths_of_a_decade(double ms, int row) {
        assertEquals(row, HeatMap.row(ms));
    }
}
