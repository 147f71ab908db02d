package lockstep.common.text;

import java.util.Locale;
import java.util.Optional;

import lockstep.common.UserError;

/**
 * How the files of a corpus are read as documents.
 *
 * @param field of a JSON line whose string is the text; a dot leads into an object, as in {@code meta.text}
 * @param badLines what happens to a JSON line without such a string
 * @param delimiter what ends a document within a text file; without one a file is a document
 * @param json what JSON is read as
 */
public record TextReading(String field, BadLines badLines, Optional<String> delimiter, Json json) {
    public static final TextReading DEFAULTS = new TextReading(CorpusSource.DEFAULT_FIELD, BadLines.REFUSE, Optional.empty());

    /** JSON is read as one of these. */
    public enum Json {
        /** A line is an object that holds a text. */
        LINES,
        /** All of it is text, as it stands. */
        TEXT;

        /** The choice's name, as options have it. */
        public String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * @param option where the name comes from, for the message
         * @throws UserError when there is no such choice
         */
        public static Json named(String option, String title) {
            for (Json choice : values()) {
                if (choice.title().equals(title)) {
                    return choice;
                }
            }
            throw new UserError(option + ": found " + title + ", expected lines or text");
        }
    }

    /** A JSON line that can't be read as a document leads to one of these. */
    public enum BadLines {
        /** The first one ends the corpus. */
        REFUSE,
        /** They are left out, and counted. */
        SKIP;

        /** The choice's name, as options have it. */
        public String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * @param option where the name comes from, for the message
         * @throws UserError when there is no such choice
         */
        public static BadLines named(String option, String title) {
            for (BadLines choice : values()) {
                if (choice.title().equals(title)) {
                    return choice;
                }
            }
            throw new UserError(option + ": found " + title + ", expected refuse or skip");
        }
    }

    public TextReading {
        if (field.isEmpty()) {
            throw new UserError("field of JSON lines: found nothing, expected a name");
        }
        if (delimiter.filter(String::isEmpty).isPresent()) {
            throw new UserError("delimiter of documents: found nothing, expected some characters");
        }
    }

    /** JSON is read by its lines. */
    public TextReading(String field, BadLines badLines, Optional<String> delimiter) {
        this(field, badLines, delimiter, Json.LINES);
    }

    /** The same reading, where all JSON is text. */
    public TextReading withJsonAsText() {
        return new TextReading(field, badLines, delimiter, Json.TEXT);
    }

    /** The defaults with another field. */
    public static TextReading ofField(String field) {
        return new TextReading(field, DEFAULTS.badLines, DEFAULTS.delimiter);
    }
}
