package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

/** Tells JSON lines from other JSON, and from text that begins like JSON, by the first value and what follows it. */
final class JsonProbe {
    private final StoredText.Promise promise;
    private final String field;
    private final Content noJson;

    /**
     * @param promise of the file's name
     * @param field that a line is expected to have
     * @param noJson what the file holds where its start is no JSON
     */
    JsonProbe(StoredText.Promise promise, String field, Content noJson) {
        this.promise = promise;
        this.field = field;
        this.noJson = noJson;
    }

    /** @param in closed */
    Content look(InputStream in) throws IOException {
        try (JsonParser parser = JsonField.JSON.createParser(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return object(parser);
            }
            return first == JsonToken.START_ARRAY ? array(parser) : noJson;
        } catch (JsonProcessingException e) {
            return noJson;
        }
    }

    private Content object(JsonParser parser) throws IOException {
        int firstLine = parser.currentTokenLocation().getLineNr();
        JsonField wanted = new JsonField(field);
        wanted.read(parser);
        int lastLine = parser.currentLocation().getLineNr();
        boolean oneLine = firstLine == lastLine;
        if (oneLine && (wanted.times() > 0 || promise == StoredText.Promise.JSON_LINES)) {
            return new Content.JsonLines();
        }
        JsonToken next = parser.nextToken();
        if (oneLine && next == JsonToken.START_OBJECT && parser.currentTokenLocation().getLineNr() > lastLine) {
            return new Content.JsonLines();
        }
        if (next == JsonToken.START_OBJECT) {
            return new Content.JsonValue("JSON objects that are not each on a line of its own", ".");
        }
        if (next != null) {
            return noJson;
        }
        boolean inArray = wanted.times() == 0 && wanted.firstArray().isPresent();
        return new Content.JsonValue("one JSON object" + (oneLine ? " without a field \"" + field + "\"" : " over several lines"),
            inArray ? "." + jqName(wanted.firstArray().get()) + "[]" : ".");
    }

    private Content array(JsonParser parser) throws IOException {
        JsonToken element = parser.nextToken();
        if (element == JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Content.JsonValue("one JSON array", ".[]");
        }
        if (promise == StoredText.Promise.NOTHING || promise == StoredText.Promise.TABLE) {
            return new Content.Text();
        }
        return new Content.JsonValue("one JSON array", element == JsonToken.VALUE_STRING ? "{" + jqName(field) + ": .[]}" : ".[]");
    }

    private static String jqName(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "\"" + name.replaceAll("[\"'\\\\]", "?") + "\"";
    }
}
