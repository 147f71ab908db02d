package lockstep.deploy.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names and values in two columns, as llm.c's programs begin. */
public final class Table {
    private static final String RULE = "+-----------------------+----------------------------------------------------+";

    private final List<String> lines = new ArrayList<>(List.of(RULE));

    public Table row(String name, Object value) {
        lines.add(String.format(Locale.ROOT, "| %-21s | %-50s |", name, value));
        return this;
    }

    public Table rule() {
        lines.add(RULE);
        return this;
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
