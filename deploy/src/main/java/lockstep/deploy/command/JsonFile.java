package lockstep.deploy.command;

import java.nio.file.Path;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import lockstep.common.format.DurableFile;

/** What --json writes. */
final class JsonFile {
    private JsonFile() {}

    /** Replaces the file; does nothing where the option wasn't given, and the file is null. */
    static void write(Path file, Object result) {
        if (file == null) {
            return;
        }
        try {
            byte[] bytes = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(result);
            DurableFile.replace(file, DurableFile.content(bytes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
