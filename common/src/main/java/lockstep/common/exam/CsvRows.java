package lockstep.common.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.text.PythonText;
import lockstep.common.text.TextLines;

/** Comma-separated values as RFC 4180 has them: a field in quotes may hold commas, newlines, and quotes written twice. */
final class CsvRows {
    private static final int MAX_FIELD_CHARS = 1 << 20;

    private final TextLines lines;
    private String line = "";
    private int at; // in the line, where the next field begins

    CsvRows(TextLines lines) {
        this.lines = lines;
    }

    /**
     * The next row that is not blank; nothing at the end.
     *
     * @throws UserError when a quote stands where none may, or is not closed
     */
    Optional<List<String>> next() {
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!PythonText.isBlank(line.get())) {
                return Optional.of(row(line.get()));
            }
        }
        return Optional.empty();
    }

    UserError wrong(String what) {
        return lines.wrong(what);
    }

    private List<String> row(String first) {
        List<String> fields = new ArrayList<>();
        line = first;
        at = 0;
        while (true) {
            boolean quoted = at < line.length() && line.charAt(at) == '"';
            fields.add(quoted ? quoted() : plain());
            if (at >= line.length()) {
                return fields;
            }
            at++; // the comma, after which there is a field, if an empty one
        }
    }

    private String plain() {
        int comma = line.indexOf(',', at);
        String field = line.substring(at, comma < 0 ? line.length() : comma);
        at += field.length();
        return field;
    }

    private String quoted() {
        StringBuilder field = new StringBuilder();
        at++;
        int end = closing(line, at);
        while (end < 0) {
            append(field, line.substring(at)).append('\n');
            line = lines.next().orElseThrow(() -> lines.wrong("found the end of the file in a field, expected its closing quote"));
            at = 0;
            end = closing(line, 0);
        }
        append(field, line.substring(at, end));
        at = end + 1;
        if (at < line.length() && line.charAt(at) != ',') {
            throw lines.wrong("found \"" + line.charAt(at) + "\" after a closing quote, expected a comma or the end of the line");
        }
        return field.toString().replace("\"\"", "\"");
    }

    private StringBuilder append(StringBuilder field, String part) {
        if (field.length() + part.length() > MAX_FIELD_CHARS) {
            throw lines.wrong("found a field of more than " + MAX_FIELD_CHARS + " characters, which is the most");
        }
        return field.append(part);
    }

    /** The quote that ends a field, or −1 where it goes on on the next line. */
    private static int closing(String line, int from) {
        for (int at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 2)) {
            if (at + 1 >= line.length() || line.charAt(at + 1) != '"') {
                return at;
            }
        }
        return -1;
    }
}
