package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.format.SmallFile;

/** The small files of a checkpoint, and of a run. A record's components are written in their order; doubles come back to the bit. */
final class Json {
    /** Far more than the windows and checksums of any checkpoint. */
    private static final int LARGEST_BYTES = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        // so that a later format is refused by its number, and not by the first field that it adds
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    private Json() {}

    static DurableFile.Body body(Object value) throws IOException {
        return DurableFile.content(MAPPER.writeValueAsBytes(value));
    }

    /** @throws UserError when the file can't be read or isn't of that kind */
    static <T> T read(Path file, Class<T> type) {
        try {
            T value = MAPPER.readValue(SmallFile.read(file, LARGEST_BYTES, "a JSON object"), type);
            if (value == null) {
                throw new UserError(file + ": found null, expected a JSON object");
            }
            return value;
        } catch (JacksonException e) {
            throw new UserError(file + ": expected its JSON: " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
