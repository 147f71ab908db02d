package lockstep.common.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lockstep.common.UserError;

/** A file of JSON objects, one a line (JSONL). Blank lines are passed over. */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
    private static final int SHOWN_CHARS = 60;

    private final TextLines lines;
    /** Fields that stand more than once in the line that was handed over last. */
    private final Set<String> doubled = new TreeSet<>();

    private JsonLines(TextLines lines) {
        this.lines = lines;
    }

    /**
     * Hands over each object with the place that it came from.
     *
     * @throws UserError when a line is no JSON object, naming it
     */
    public static void read(Path file, BiConsumer<JsonNode, JsonLines> sink) {
        try (TextLines lines = TextLines.open(file)) {
            JsonLines place = new JsonLines(lines);
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!PythonText.isBlank(line.get())) {
                    sink.accept(place.parse(line.get()), place);
                }
            }
        }
    }

    /** The value of a field, or a missing node. A field that nobody asks for may stand there as often as it likes. */
    public JsonNode value(JsonNode object, String field) {
        if (doubled.contains(field)) {
            throw lines.wrong(field + ": found it more than once, expected it once");
        }
        return object.path(field);
    }

    /** The text of a field that has to be there. */
    public String text(JsonNode object, String field) {
        JsonNode value = value(object, field);
        if (!value.isTextual()) {
            throw wrong(field, value, "a string");
        }
        return value.asText();
    }

    /** @param value found in the line that was handed over last */
    public UserError wrong(String field, JsonNode value, String expected) {
        String found = value.isMissingNode() ? "nothing" : value.toString();
        String shown = found.length() <= SHOWN_CHARS ? found : found.substring(0, SHOWN_CHARS) + "…";
        return lines.wrong(field + ": found " + shown + ", expected " + expected);
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null ? "" : " at character " + e.getLocation().getColumnNr();
    }

    private JsonNode parse(String line) {
        doubled.clear();
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("line", JSON.readTree(line), "a JSON object");
            }
            ObjectNode object = JSON.createObjectNode();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                JsonNode before = object.replace(field, parser.readValueAsTree());
                if (before != null) {
                    doubled.add(field);
                }
            }
            if (parser.nextToken() != null) {
                throw lines.wrong("found more than one value, expected one JSON object");
            }
            return object;
        } catch (JacksonException e) {
            throw lines.wrong("found what is no JSON" + where(e) + ", expected one JSON object");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a text in memory
        }
    }
}
