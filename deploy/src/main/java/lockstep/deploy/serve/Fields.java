package lockstep.deploy.serve;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** The fields of a request's object. A field that is null counts as left out, as OpenAI's clients have it. */
final class Fields {
    private static final int SHOWN_CHARS = 60;

    private final JsonNode root;

    /** @param known names; any other is refused, since to ignore it could change the answer */
    Fields(JsonNode root, Set<String> known) {
        this.root = root;
        root.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name) && has(name)) {
                throw ApiError.invalid(name, "Unrecognized request argument supplied: " + name);
            }
        });
    }

    boolean has(String name) {
        return root.hasNonNull(name);
    }

    JsonNode get(String name) {
        return root.path(name);
    }

    String text(String name) {
        JsonNode value = get(name);
        if (!value.isTextual()) {
            throw wrong(name, value, "a string");
        }
        return value.asText();
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (has(name) && !value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.asBoolean(false);
    }

    int integer(String name, int byDefault, int least, int most) {
        JsonNode value = get(name);
        if (!has(name)) {
            return byDefault;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw wrong(name, value, "an integer from " + least + " to " + most);
        }
        return value.asInt();
    }

    OptionalLong large(String name) {
        JsonNode value = get(name);
        if (!has(name)) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, value, "an integer of 64 bits");
        }
        return OptionalLong.of(value.asLong());
    }

    double number(String name, double byDefault, double least, double most) {
        JsonNode value = get(name);
        if (!has(name)) {
            return byDefault;
        }
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw wrong(name, value, "a number from " + least + " to " + most);
        }
        return value.asDouble();
    }

    /** A field of OpenAI's that is not supported: the value that changes nothing is fine. */
    void unsupported(String name, boolean changesNothing) {
        if (has(name) && !changesNothing) {
            throw wrong(name, get(name), "it left out: this server does not support it");
        }
    }

    /** Half a surrogate pair, which JSON allows, would come out of a text as something else, or as half a character. */
    static void requireCharacters(String name, JsonNode text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text.asText())) {
            throw ApiError.invalid(name, name + ": found half a surrogate pair, which is no character; expected Unicode text");
        }
    }

    static ApiError wrong(String name, JsonNode value, String expected) {
        String found = value.isMissingNode() ? "nothing" : value.toString();
        return ApiError.invalid(name,
            name + ": found " + (found.length() <= SHOWN_CHARS ? found : found.substring(0, SHOWN_CHARS) + "…") + ", expected " + expected);
    }
}
