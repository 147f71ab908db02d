package lockstep.deploy.dashboard;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BucketSeriesTest {
    private static final int STEPS = 100_000;

    private final BucketSeries series = new BucketSeries(1200);

    private static List<List<Object>> rows(Optional<Map<String, Object>> json) {
        @SuppressWarnings("unchecked")
        List<List<Object>> rows = (List<List<Object>>) json.orElseThrow().get("buckets");
        return rows;
    }

    @Test
    void a_hundred_thousand_steps_fit_and_their_only_spike_is_seen() {
        for (int step = 1; step <= STEPS; step++) {
            series.add(step, Map.of("loss", step == 54_321 ? 99.0 : 2.0), step);
        }
        Map<String, Object> json = series.since(0).orElseThrow();
        int width = (int) json.get("width");
        List<List<Object>> rows = rows(series.since(0));
        assertTrue(rows.size() <= 1200 && rows.size() > 600, rows.size() + " buckets");
        List<Object> spike = rows.stream().filter(row -> row.get(0).equals(54_321 / width)).findFirst().orElseThrow();
        assertEquals(99.0, spike.get(3), "the largest value of its bucket");
        assertEquals(1, rows.stream().filter(row -> (double) row.get(3) > 2).count());
        assertEquals(Digits.few(2 + 97.0 / width), spike.get(1));
    }

    @Test
    void who_knows_a_version_is_told_the_buckets_that_have_changed_since() {
        for (int step = 1; step <= 10; step++) {
            series.add(step, Map.of("loss", (double) step), step);
        }
        assertEquals(Optional.empty(), series.since(10));
        assertEquals(List.of(9, 10), rows(series.since(8)).stream().map(List::getFirst).toList());
        assertEquals(false, series.since(8).orElseThrow().get("all"));
        assertEquals(10, rows(series.since(0)).size());
        assertEquals(true, series.since(0).orElseThrow().get("all"));
    }

    @Test
    void wider_buckets_are_told_anew() {
        BucketSeries four = new BucketSeries(4);
        for (int step = 0; step < 5; step++) {
            four.add(step, Map.of("x", (double) step), step + 1);
        }
        assertEquals(Map.of("all", true, "width", 2, "fields", List.of("x"), "buckets",
            List.of(List.of(0, 0.5, 0.0, 1.0), List.of(1, 2.5, 2.0, 3.0), List.of(2, 4.0, 4.0, 4.0))), four.since(4).orElseThrow());
    }

    @Test
    void a_step_counts_once_and_a_value_that_is_missing_is_null() {
        series.add(1, Map.of("loss", 1.0), 1);
        series.add(1, Map.of("loss", 5.0), 2);
        series.add(2, Map.of("valLoss", 7.0), 3);
        assertEquals(List.of(1, 1.0, 1.0, 1.0), rows(series.since(0)).getFirst().subList(0, 4));
        assertEquals(java.util.Arrays.asList(2, null, null, null, 7.0, 7.0, 7.0), rows(series.since(0)).getLast());
    }

    @Test
    void steps_that_are_done_again_replace_those_before() {
        for (int step = 1; step <= 10; step++) {
            series.add(step, Map.of("loss", 1.0), 1);
        }
        series.cutFrom(6, 2);
        series.add(6, Map.of("loss", 2.0), 3);
        assertEquals(List.of(1, 2, 3, 4, 5, 6), rows(series.since(1)).stream().map(List::getFirst).toList());
        assertEquals(true, series.since(1).orElseThrow().get("all"));
    }
}
