package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.common.model.ParameterLayout;

/** Reads config.json: the sizes of a model, and whether it computes what ours computes. */
final class ConfigReader {
    static final String NAME = "config.json";
    /** Both are GELU by tanh. */
    private static final List<String> GELUS = List.of("gelu_new", "gelu_pytorch_tanh");
    static final double EPSILON = 1e-5;

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
        requireText("activation_function", GELUS);
        JsonNode epsilon = config.path("layer_norm_epsilon");
        if (isGiven(epsilon) && !(epsilon.isNumber() && epsilon.doubleValue() == EPSILON)) {
            throw wrong("layer_norm_epsilon", epsilon, String.valueOf(EPSILON));
        }
        requireFlag("scale_attn_weights", true);
        requireFlag("scale_attn_by_inverse_layer_idx", false);
        requireFlag("add_cross_attention", false);
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
            ModelShape shape = ModelShape.of(positive("n_positions"), positive("vocab_size"), positive("n_layer"), NH, C);
            return new Config(new ParameterLayout(shape).shape(), config.path("tie_word_embeddings").asBoolean(true));
        } catch (UserError e) {
            throw e.getMessage().startsWith(file.toString()) ? e : new UserError(file + ": " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw new UserError(file + ": sizes: found more parameters than can be counted, expected those of a GPT-2", e);
        }
    }

    private void requireText(String field, List<String> expected) {
        JsonNode value = config.path(field);
        if (isGiven(value) && !(value.isTextual() && expected.contains(value.textValue()))) {
            throw wrong(field, value, String.join(" or ", expected));
        }
    }

    private void requireFlag(String field, boolean expected) {
        JsonNode value = config.path(field);
        if (isGiven(value) && !(value.isBoolean() && value.booleanValue() == expected)) {
            throw wrong(field, value, String.valueOf(expected));
        }
    }

    private int positive(String field) {
        JsonNode value = config.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() <= 0) {
            throw wrong(field, value.isMissingNode() ? "none" : value, "a number > 0");
        }
        return value.intValue();
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private UserError wrong(String field, Object found, String expected) {
        return new UserError(file + ": " + field + ": found " + found + ", expected " + expected);
    }
}
