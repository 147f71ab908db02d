package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.text.NamedText;

/**
 * Options from a JSON object. Checks names and types here, where the file is known; what values may be is checked with the command line's.
 */
final class ConfigFile {
    /** What a run notes beside its options. */
    static final String ABOUT = "about";
    /** About the command, not the run. */
    private static final List<String> NOT_IN_FILES = List.of("config", "resume", "help", "version", "debug");

    private static final long MAX_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final String file;
    private final Content content;
    private final CommandSpec spec;

    /** The bytes, however they come here. */
    @FunctionalInterface
    private interface Content {
        byte[] read() throws IOException;
    }

    ConfigFile(Path file, CommandSpec spec) {
        this(file.toString(), () -> {
            if (Files.size(file) > MAX_BYTES) {
                throw new UserError(
                    file + ": size: found " + Files.size(file) + " bytes, expected a JSON object of options, at most " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        }, spec);
    }

    /** @param name of where the bytes come from, for errors */
    ConfigFile(String name, byte[] bytes, CommandSpec spec) {
        this(name, () -> bytes, spec);
    }

    private ConfigFile(String file, Content content, CommandSpec spec) {
        this.file = file;
        this.content = content;
        this.spec = spec;
    }

    /**
     * Values by option, {@code --batch} to {@code 4}, in the file's order. A run's own file that names neither text nor data is of an older release, which trained on the
     * sources of the JDK then.
     */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        JsonNode root = root();
        root.properties().forEach(field -> {
            if (!field.getKey().equals(ABOUT)) {
                options.put("--" + field.getKey(), text(field.getKey(), field.getValue()));
            }
        });
        // runs of the release that knew no names of texts
        if (root.has(ABOUT) && !root.has("text") && !root.has("data")) {
            options.put("--text", NamedText.JDK.label());
        }
        return options;
    }

    /** What the run noted beside its options; an empty object where the file was written by hand. */
    JsonNode about() {
        return root().path(ABOUT);
    }

    /** The whole object, whatever its fields. */
    JsonNode root() {
        try {
            JsonNode root = JSON.readTree(content.read());
            if (root == null || !root.isObject()) {
                throw new UserError(file + ": found " + (root == null || root.isMissingNode() ? "nothing" : kind(root))
                    + ", expected a JSON object of options");
            }
            return root;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new UserError(file + ": line " + line + ": found " + e.getOriginalMessage() + ", expected a JSON object of options", e);
        } catch (IOException e) {
            throw FileErrors.translate(Path.of(file), e);
        }
    }

    private String text(String key, JsonNode value) {
        OptionSpec option = NOT_IN_FILES.contains(key) || TrainOptions.isOfOneStart(key) ? null : spec.findOption("--" + key);
        if (option == null) {
            throw new UserError(file + ": " + key + ": found " + shown(value)
                + ", expected no such field; the names are those of the options, see lockstep train --help");
        }
        Class<?> type = option.auxiliaryTypes()[0];
        String expected = expected(type);
        boolean fits = switch (expected) {
            case "an integer" -> type == Integer.class
                ? value.isIntegralNumber() && value.canConvertToInt()
                : value.isIntegralNumber() && value.canConvertToLong();
            case "a number" -> value.isNumber();
            case "true or false" -> value.isBoolean();
            default -> value.isTextual();
        };
        if (!fits) {
            throw new UserError(file + ": " + key + ": found " + shown(value) + ", expected " + expected);
        }
        return value.asText();
    }

    private static String expected(Class<?> type) {
        if (type == Integer.class || type == Long.class) {
            return "an integer";
        }
        if (type == Float.class || type == Double.class) {
            return "a number";
        }
        return type == Boolean.class ? "true or false" : "a string";
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static String kind(JsonNode root) {
        return switch (root.getNodeType()) {
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            default -> root.toString();
        };
    }
}
