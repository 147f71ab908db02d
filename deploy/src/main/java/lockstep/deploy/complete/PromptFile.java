package lockstep.deploy.complete;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.text.JsonLines;
import lockstep.common.text.PythonText;
import lockstep.common.text.TextLines;

/**
 * Prompts from a file: one a line, or, where its name ends in {@code .jsonl}, a JSON object a line with a text in {@code prompt}, which may have newlines; its other fields are left alone. Blank lines are passed over. All of it is read
 * before the first prompt is answered, so that a mistake in the last line costs nothing.
 */
public final class PromptFile {
    private static final long MAX_BYTES = 64L << 20;

    private PromptFile() {}

    /** @throws UserError when a line is wrong, naming it, or there is no prompt at all */
    public static List<String> read(Path file) {
        requireSize(file);
        List<String> prompts = new ArrayList<>();
        if (file.toString().endsWith(".jsonl")) {
            JsonLines.read(file, (object, place) -> prompts.add(place.text(object, "prompt")));
        } else {
            readLines(file, prompts);
        }
        if (prompts.isEmpty()) {
            throw new UserError(file + ": found no prompt, expected one a line");
        }
        return List.copyOf(prompts);
    }

    private static void readLines(Path file, List<String> prompts) {
        try (TextLines lines = TextLines.open(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                line.filter(some -> !PythonText.isBlank(some)).ifPresent(prompts::add);
            }
        }
    }

    private static void requireSize(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new UserError(file + ": size: found " + Files.size(file) + " bytes, expected at most " + MAX_BYTES
                    + "; divide it and call once for each part");
            }
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }
}
