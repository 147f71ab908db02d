package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lockstep.common.format.FileErrors;

/** Changes a run's config.json in place: all that the change doesn't name stays as it is, numbers in their digits, too. */
final class ConfigEdit {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

    private ConfigEdit() {}

    /** @throws lockstep.common.UserError when the file can't be read or written */
    static void apply(RunDirectory run, Consumer<ObjectNode> change) {
        try {
            ObjectNode config = (ObjectNode) JSON.readTree(Files.readAllBytes(run.config()));
            change.accept(config);
            run.replaceConfig((JSON.writeValueAsString(config) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw FileErrors.translate(run.config(), e);
        }
    }
}
