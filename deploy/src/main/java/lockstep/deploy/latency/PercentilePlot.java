package lockstep.deploy.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Percentile curves in characters: to the right each 9 of a percentile takes as much room as the one before. */
final class PercentilePlot {
    private static final String SIGNS = "*o+x#@";
    /** Columns of p0 to p90, of p90 to p99 and so on. */
    private static final int NINE = 18;
    private static final int HEIGHT = 14;
    private static final int LABEL = 10;

    private PercentilePlot() {}

    /** @param curves at most six, none of them empty */
    static List<String> lines(List<PercentileCurve> curves) {
        double top = curves.stream().flatMap(curve -> curve.millis().stream()).max(Double::compare).orElseThrow();
        double mostNines = curves.stream().map(curve -> curve.nines().getLast()).max(Double::compare).orElseThrow();
        int nines = Math.max(1, (int) Math.ceil(mostNines - 1e-9));
        char[][] cells = new char[HEIGHT][nines * NINE + 1];
        for (char[] row : cells) {
            Arrays.fill(row, ' ');
        }
        for (int i = 0; i < curves.size(); i++) {
            draw(cells, curves.get(i), SIGNS.charAt(i % SIGNS.length()), top);
        }
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < HEIGHT; row++) {
            String label = row % 4 == 0 ? LatencyTable.millis(top * (HEIGHT - 1 - row) / (HEIGHT - 1)) : "";
            lines.add(String.format(Locale.ROOT, "%" + LABEL + "s |%s", label, new String(cells[row]).stripTrailing()));
        }
        axis(lines, nines);
        for (int i = 0; i < curves.size(); i++) {
            lines.add(String.format(Locale.ROOT, "%" + LABEL + "s %c %s, ms", "", SIGNS.charAt(i % SIGNS.length()), curves.get(i).name()));
        }
        return lines;
    }

    private static void draw(char[][] cells, PercentileCurve curve, char sign, double top) {
        for (int i = 0; i < curve.nines().size(); i++) {
            int column = (int) Math.round(curve.nines().get(i) * NINE);
            int height = top == 0 ? 0 : (int) Math.round(curve.millis().get(i) / top * (HEIGHT - 1));
            cells[HEIGHT - 1 - height][column] = sign;
        }
    }

    private static void axis(List<String> lines, int nines) {
        StringBuilder marks = new StringBuilder(" ".repeat(LABEL + 1));
        StringBuilder labels = new StringBuilder(" ".repeat(LABEL + 1));
        for (int nine = 0; nine <= nines; nine++) {
            marks.append('+').append(nine < nines ? "-".repeat(NINE - 1) : "");
            labels.append(String.format(Locale.ROOT, "%-" + NINE + "s", PercentileCurve.label(nine)));
        }
        lines.add(marks.toString());
        lines.add(labels.toString().stripTrailing());
    }
}
