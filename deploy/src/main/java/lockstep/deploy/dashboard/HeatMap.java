package lockstep.deploy.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

import lockstep.common.latency.Interval;
import lockstep.common.latency.Latencies;

/** How many durations of which length there were when: columns of time, which grow wider with the run, and rows on a logarithmic scale. */
final class HeatMap {
    static final int MAX_COLUMNS = 240;
    static final int ROWS_PER_DECADE = 12;
    static final double LOWEST_MS = 0.01;
    /** The top row takes an hour, the longest that is recorded. */
    static final int ROWS = 103;

    private List<Column> columns = new ArrayList<>();
    /** Intervals of a column. */
    private int width = 1;
    private int inLast;

    private static final class Column {
        private long startMs;
        private long endMs;
        private final NavigableMap<Integer, Long> times = new TreeMap<>();

        Column(long startMs, long endMs) {
            this.startMs = startMs;
            this.endMs = endMs;
        }

        void add(Column other) {
            startMs = Math.min(startMs, other.startMs);
            endMs = Math.max(endMs, other.endMs);
            other.times.forEach((row, count) -> times.merge(row, count, Long::sum));
        }
    }

    void add(Interval interval, Latencies latencies) {
        Column column = new Column(interval.startMs(), interval.endMs());
        latencies.forEach((ms, times) -> column.times.merge(row(ms), times, Long::sum));
        if (!columns.isEmpty() && inLast < width) {
            columns.getLast().add(column);
            inLast++;
            return;
        }
        columns.add(column);
        inLast = 1;
        if (columns.size() > MAX_COLUMNS) {
            widen();
        }
    }

    private void widen() {
        List<Column> wider = new ArrayList<>();
        for (int i = 0; i < columns.size(); i += 2) {
            Column column = columns.get(i);
            if (i + 1 < columns.size()) {
                column.add(columns.get(i + 1));
            }
            wider.add(column);
        }
        inLast += columns.size() % 2 == 0 ? width : 0;
        columns = wider;
        width *= 2;
    }

    void clear() {
        columns = new ArrayList<>();
        width = 1;
        inLast = 0;
    }

    static int row(double ms) {
        return (int) Math.clamp(Math.floor(Math.log10(Math.max(ms, LOWEST_MS) / LOWEST_MS) * ROWS_PER_DECADE + 1e-9), 0, ROWS - 1);
    }

    /** For each column its start and end, in ms since 1970, and then row, count, row, count and so on. */
    List<List<Long>> columns() {
        List<List<Long>> json = new ArrayList<>();
        for (Column column : columns) {
            List<Long> cells = new ArrayList<>(List.of(column.startMs, column.endMs));
            column.times.forEach((row, count) -> cells.addAll(List.of((long) row, count)));
            json.add(cells);
        }
        return json;
    }
}
