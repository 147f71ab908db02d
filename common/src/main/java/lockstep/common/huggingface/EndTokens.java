package lockstep.common.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;

/** Reads the tokens at which a model's texts end. */
final class EndTokens {
    private static final String GENERATION = "generation_config.json";
    private static final String FIELD = "eos_token_id";

    private EndTokens() {}

    /** generation_config.json counts where it is there, as in transformers. */
    static SortedSet<Integer> read(Path directory) {
        Path generation = directory.resolve(GENERATION);
        Path file = Files.exists(generation) ? generation : directory.resolve(ConfigReader.NAME);
        JsonNode value = JsonObjects.read(file).path(FIELD);
        SortedSet<Integer> tokens = new TreeSet<>();
        if (value.isArray()) {
            value.forEach(one -> tokens.add(token(file, one)));
        } else if (!value.isMissingNode() && !value.isNull()) {
            tokens.add(token(file, value));
        }
        return Collections.unmodifiableSortedSet(tokens);
    }

    private static int token(Path file, JsonNode value) {
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
            throw new UserError(file + ": " + FIELD + ": found " + value + ", expected a token id or a list of them");
        }
        return value.intValue();
    }
}
