package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.file.Path;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.format.ForeignFile;
import lockstep.common.format.SmallFile;

/** Reads small JSON files that others wrote. */
final class JsonObjects {
    /** Far more than any configuration or index. */
    private static final int LARGEST_BYTES = 4 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .build();

    private JsonObjects() {}

    /** @throws UserError when the file can't be read, is larger than any configuration or index, or holds no JSON object */
    static JsonNode read(Path file) {
        return read(file, LARGEST_BYTES);
    }

    /** @param largestBytes that are read */
    static JsonNode read(Path file, int largestBytes) {
        try {
            JsonNode root = JSON.readTree(SmallFile.read(file, largestBytes, "a JSON object"));
            if (root == null || !root.isObject()) {
                throw new UserError(file + ": content: found something else, expected a JSON object");
            }
            return root;
        } catch (JacksonException e) {
            throw ForeignFile.error(file, ForeignFile.Wanted.JSON).orElseGet(
                () -> new UserError(file + ": expected a JSON object: " + e.getOriginalMessage().lines().findFirst().orElse(""), e));
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }
}
