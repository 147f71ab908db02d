package lockstep.common.exam;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.MultipleChoiceFile;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.text.JsonLines;
import lockstep.common.text.Tokenizer;

/**
 * HellaSwag: llm.c's {@code hellaswag_val.bin}, or the {@code hellaswag_val.jsonl} that its authors publish, tokenized as llm.c's script does it: {@code ctx}, and each of {@code endings} after a blank.
 */
public final class HellaSwagFile {
    private HellaSwagFile() {}

    /**
     * llm.c's file of tokens.
     *
     * @param V of the model; tokens must be below it
     */
    public static List<Example> read(Path file, int V) {
        return MultipleChoiceFile.read(file, V);
    }

    /** Whether a file needs a tokenizer, by its name. */
    public static boolean isText(Path file) {
        return file.toString().endsWith(".jsonl");
    }

    /** Its authors' file of texts. */
    public static List<Example> readText(Path file, Tokenizer tokenizer) {
        List<Example> examples = new ArrayList<>();
        JsonLines.read(file, (object, place) -> {
            JsonNode endings = place.value(object, "endings");
            if (!endings.isArray() || endings.size() != Example.ENDINGS) {
                throw place.wrong("endings", endings, "an array of " + Example.ENDINGS + " strings");
            }
            List<int[]> tokens = new ArrayList<>();
            for (JsonNode ending : endings) {
                if (!ending.isTextual()) {
                    throw place.wrong("endings", ending, "a string");
                }
                tokens.add(tokenizer.encode(" " + ending.asText()));
            }
            int[] context = tokenizer.encode(place.text(object, "ctx"));
            if (context.length == 0) {
                throw place.wrong("ctx", object.path("ctx"), "some text");
            }
            examples.add(new Example(label(place.value(object, "label"), place), context, List.copyOf(tokens)));
        });
        if (examples.isEmpty()) {
            throw new UserError(file + ": found no question, expected one JSON object a line");
        }
        return List.copyOf(examples);
    }

    /** A number as its authors have it, or a string as some copies do. */
    private static int label(JsonNode label, JsonLines place) {
        String text = label.isIntegralNumber() || label.isTextual() ? label.asText() : "";
        if (!text.matches("[0-3]")) {
            throw place.wrong("label", label, "0 to " + (Example.ENDINGS - 1) + ", which files without answers lack");
        }
        return text.charAt(0) - '0';
    }
}
