package lockstep.common.text;

import java.nio.file.Path;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lockstep.common.UserError;

/** A file of JSON objects, one a line (JSONL). Blank lines are passed over. */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int SHOWN_CHARS = 60;

    private final TextLines lines;

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

    /** The text of a field that has to be there. */
    public String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
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
        try {
            JsonNode node = JSON.readTree(line);
            if (!node.isObject()) {
                throw wrong("line", node, "a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            boolean twice = e.getOriginalMessage().startsWith("Duplicate");
            throw lines.wrong((twice ? "found a field twice" : "found what is no JSON") + where(e) + ", expected one JSON object");
        }
    }
}
