package lockstep.common.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;

/** Finds one field in a JSON object. What stands in the others is passed over: it has to be JSON, and may be NaN, too, as Python and others write it. */
final class JsonField {
    static final int LONGEST_VALUE_BYTES = 32 << 20;
    private static final int MOST_NESTING = 100_000;
    private static final int MOST_NAMES = 20;

    /** Without a table of names, which would grow with what a file makes up. */
    static final JsonFactory JSON = JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_VALUE_BYTES).maxNumberLength(LONGEST_VALUE_BYTES)
            .maxNameLength(LONGEST_VALUE_BYTES).maxNestingDepth(MOST_NESTING).build())
        .build();

    private final String field;
    private final List<String> others = new ArrayList<>();
    private Optional<String> text = Optional.empty();
    private Optional<String> wrongValue = Optional.empty();
    private Optional<String> firstArray = Optional.empty();
    private int times;

    /** @param field a name, or names with dots between them that lead into objects */
    JsonField(String field) {
        this.field = field;
    }

    /** Reads an object to its end. The parser has just given the object's start. */
    void read(JsonParser parser) throws IOException {
        members(parser, field);
    }

    /** How often the field stands in the object. */
    int times() {
        return times;
    }

    /** The field's string, where it is one. */
    Optional<String> text() {
        return text;
    }

    /** Returns what the field is in the place of a string. */
    Optional<String> wrongValue() {
        return wrongValue;
    }

    /** The first other field that is an array. */
    Optional<String> firstArray() {
        return firstArray;
    }

    /** Names of other fields, the first of them. */
    List<String> others() {
        return others;
    }

    private void members(JsonParser parser, String wanted) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(wanted)) {
                take(parser, value);
            } else if (value == JsonToken.START_OBJECT && wanted.startsWith(name + ".")) {
                members(parser, wanted.substring(name.length() + 1));
            } else {
                other(name, value);
                parser.skipChildren();
            }
        }
    }

    private void take(JsonParser parser, JsonToken value) throws IOException {
        times++;
        if (value == JsonToken.VALUE_STRING) {
            text = Optional.of(parser.getText());
        } else {
            wrongValue = Optional.of(title(value));
            parser.skipChildren();
        }
    }

    private void other(String name, JsonToken value) {
        if (others.size() < MOST_NAMES) {
            others.add(name);
        }
        if (value == JsonToken.START_ARRAY && firstArray.isEmpty()) {
            firstArray = Optional.of(name);
        }
    }

    private static String title(JsonToken value) {
        return switch (value) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_NULL -> "null";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            default -> "no value";
        };
    }
}
