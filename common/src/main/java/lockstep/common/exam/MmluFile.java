package lockstep.common.exam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.format.FileNames;
import lockstep.common.text.JsonLines;
import lockstep.common.text.PythonText;
import lockstep.common.text.TextLines;

/**
 * MMLU as its authors publish it, a CSV file without header for each subject, {@code SUBJECT_test.csv} and {@code SUBJECT_dev.csv}: question, four choices, the letter of the right one; or a directory of these, of which those are read whose
 * name ends in {@code _test.csv}, or {@code _dev.csv} for shots. Or JSONL as copies have it: {@code question}, {@code choices}, {@code answer} (0 to 3, or a letter), {@code subject}.
 */
public final class MmluFile {
    static final int CHOICES = 4;
    private static final int COLUMNS = CHOICES + 2;
    private static final String LETTERS = "ABCD";

    private MmluFile() {}

    /** Which files of a directory are meant. */
    public enum Part {
        TEST, DEV;

        private String end() {
            return this == TEST ? "_test.csv" : "_dev.csv";
        }
    }

    /**
     * @param subject with blanks, as in {@code abstract algebra}; empty where nobody says
     * @param choices four of them
     * @param answer index of the right one
     */
    public record Question(String subject, String text, List<String> choices, int answer) {}

    /** All questions, of a directory in the order of the files' names. */
    public static List<Question> read(Path path, Part part) {
        List<Question> questions = new ArrayList<>();
        for (Path file : files(path, part)) {
            if (file.toString().endsWith(".jsonl")) {
                JsonLines.read(file, (object, place) -> questions.add(question(object, place)));
            } else {
                readCsv(file, questions);
            }
        }
        if (questions.isEmpty()) {
            throw new UserError(path + ": found no question");
        }
        return List.copyOf(questions);
    }

    private static List<Path> files(Path path, Part part) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files = FileNames.sorted(entries.filter(file -> file.toString().endsWith(part.end())));
            if (files.isEmpty()) {
                throw new UserError(path + ": found no file SUBJECT" + part.end() + " in it");
            }
            return files;
        } catch (IOException e) {
            throw FileErrors.translate(path, e);
        }
    }

    private static void readCsv(Path file, List<Question> questions) {
        String subject = file.getFileName().toString().replaceFirst("(_test|_dev|_val)?\\.csv$", "").replace('_', ' ');
        try (TextLines lines = TextLines.open(file)) {
            CsvRows rows = new CsvRows(lines);
            for (Optional<List<String>> row = rows.next(); row.isPresent(); row = rows.next()) {
                List<String> fields = row.get();
                if (fields.size() != COLUMNS) {
                    throw rows.wrong("columns: found " + fields.size() + ", expected " + COLUMNS + ": question, four choices, answer");
                }
                String answer = PythonText.strip(fields.getLast());
                if (!answer.matches("[A-D]")) {
                    throw rows.wrong("answer: found " + answer + ", expected A, B, C or D");
                }
                questions
                    .add(new Question(subject, fields.getFirst(), List.copyOf(fields.subList(1, 1 + CHOICES)), LETTERS.indexOf(answer)));
            }
        }
    }

    private static Question question(JsonNode object, JsonLines place) {
        JsonNode choices = place.value(object, "choices");
        if (!choices.isArray() || choices.size() != CHOICES) {
            throw place.wrong("choices", choices, "an array of " + CHOICES + " strings");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode choice : choices) {
            if (!choice.isTextual()) {
                throw place.wrong("choices", choice, "a string");
            }
            texts.add(choice.asText());
        }
        JsonNode answer = place.value(object, "answer");
        String right = answer.isTextual() || answer.isIntegralNumber() ? answer.asText() : "";
        if (!right.matches("[A-D0-3]")) {
            throw place.wrong("answer", answer, "0 to 3, or a letter");
        }
        int index = Math.max(LETTERS.indexOf(right), "0123".indexOf(right));
        String subject = object.has("subject") ? place.text(object, "subject").replace('_', ' ') : "";
        return new Question(subject, place.text(object, "question"), List.copyOf(texts), index);
    }
}
