package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.FileDescription;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;

/** Reads config.json: the sizes of a model, and whether it computes what ours computes. */
final class ConfigReader {
    static final String NAME = "config.json";
    static final double EPSILON = 1e-5;
    private static final int LONGEST_FOUND = 80;

    private final Path file;
    private final JsonNode config;

    private ConfigReader(Path file) {
        this.file = file;
        this.config = JsonObjects.read(file);
    }

    /**
     * @param tied whether the head is meant to be the token embedding
     */
    record Config(ModelShape shape, boolean tied) {}

    /** @throws UserError when the directory has none, or its model isn't one of ours */
    static Config read(Path directory) {
        Path file = directory.resolve(NAME);
        if (Files.notExists(file)) {
            throw new UserError(file + ": no such file; expected beside the weights, which don't say how many heads the model has");
        }
        return new ConfigReader(file).read();
    }

    private Config read() {
        requireText("model_type", List.of("gpt2"));
        requireArchitectures();
        requireText("activation_function", ConfigKeys.GELUS);
        JsonNode epsilon = config.path("layer_norm_epsilon");
        if (isGiven(epsilon) && !(epsilon.isNumber() && epsilon.doubleValue() == EPSILON)) {
            throw wrong("layer_norm_epsilon", epsilon, String.valueOf(EPSILON));
        }
        ConfigKeys.FLAGS.forEach(this::requireFlag);
        ConfigKeys.MUST_BE_EMPTY.forEach(this::requireEmpty);
        requireKnownKeys();
        return new Config(shape(), tied());
    }

    private ModelShape shape() {
        int C = positive("n_embd");
        JsonNode inner = config.path("n_inner");
        if (isGiven(inner) && !(inner.isIntegralNumber() && inner.longValue() == 4L * C)) {
            throw wrong("n_inner", inner, 4L * C + ", four times n_embd");
        }
        int NH = positive("n_head");
        if (C % NH != 0) {
            throw wrong("n_head", NH, "a divisor of n_embd " + C);
        }
        try {
            return new ParameterLayout(ModelShape.of(positive("n_positions"), positive("vocab_size"), positive("n_layer"), NH, C)).shape();
        } catch (UserError e) {
            throw e.getMessage().startsWith(file.toString()) ? e : new UserError(file + ": " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw new UserError(file + ": sizes: found more parameters than can be counted, expected those of a GPT-2", e);
        }
    }

    private boolean tied() {
        JsonNode tied = config.path("tie_word_embeddings");
        if (isGiven(tied) && !tied.isBoolean()) {
            throw wrong("tie_word_embeddings", tied, "true or false");
        }
        return !isGiven(tied) || tied.booleanValue();
    }

    /** A class of somebody's own may compute anything with the same tensors. */
    private void requireArchitectures() {
        JsonNode classes = config.path("architectures");
        for (JsonNode one : classes) {
            if (!ConfigKeys.ARCHITECTURES.contains(one.asText())) {
                throw wrong("architectures", one, "one of " + String.join(", ", ConfigKeys.ARCHITECTURES)
                    + "; where the weights are those of one of these, write its name there");
            }
        }
        if (isGiven(classes) && !classes.isArray()) {
            throw wrong("architectures", classes, "a list of names");
        }
    }

    private void requireKnownKeys() {
        List<String> given = config.properties().stream().filter(entry -> isGiven(entry.getValue())).map(Map.Entry::getKey).toList();
        for (String key : ConfigKeys.unknown(given)) {
            throw wrong(key, shortened(config.get(key)),
                "no such key: Lockstep doesn't know it, and it may change what the model computes; if it doesn't, take it out of the file");
        }
    }

    private void requireEmpty(String field, String reason) {
        JsonNode value = config.path(field);
        boolean empty = !isGiven(value) || value.isContainerNode() && value.isEmpty();
        if (!empty) {
            throw wrong(field, shortened(value), "none: " + reason);
        }
    }

    private void requireText(String field, List<String> expected) {
        JsonNode value = config.path(field);
        if (isGiven(value) && !(value.isTextual() && expected.contains(value.textValue()))) {
            throw wrong(field, value, String.join(" or ", expected));
        }
    }

    private void requireFlag(String field, String expected) {
        JsonNode value = config.path(field);
        if (isGiven(value) && !(value.isBoolean() && value.asText().equals(expected))) {
            throw wrong(field, value, expected);
        }
    }

    /** A size by its own name or by the other one that transformers takes. */
    private int positive(String field) {
        String alias = ConfigKeys.ALIASES.getOrDefault(field, field);
        JsonNode own = config.path(field);
        JsonNode other = config.path(alias);
        if (isGiven(own) && isGiven(other) && !own.equals(other)) {
            throw wrong(field, own + " beside " + alias + " " + other, "the same, or one of them alone");
        }
        String name = isGiven(own) ? field : alias;
        JsonNode value = config.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() <= 0) {
            throw wrong(isGiven(value) ? name : field, value.isMissingNode() ? "none" : value, "an integer > 0");
        }
        return value.intValue();
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_FOUND ? text : text.substring(0, LONGEST_FOUND) + "…";
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private UserError wrong(String field, Object found, String expected) {
        return new UserError(FileDescription.printable(file + ": " + field + ": found " + found + ", expected " + expected));
    }
}
