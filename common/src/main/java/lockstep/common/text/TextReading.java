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
 */
public record TextReading(String field, BadLines badLines, Optional<String> delimiter) {
    public static final TextReading DEFAULTS = new TextReading(CorpusSource.DEFAULT_FIELD, BadLines.REFUSE, Optional.empty());

    /** What happens to a JSON line that can't be read as a document. */
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

    /** The defaults with another field. */
    public static TextReading ofField(String field) {
        return new TextReading(field, DEFAULTS.badLines, DEFAULTS.delimiter);
    }
}
