package lockstep.common.text;

import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;

/** Where text comes from. A new kind of source is one record here and one method of {@link CorpusFiles}. */
public sealed interface CorpusSource {
    /** The field of a JSON line that is the text, unless told otherwise. */
    String DEFAULT_FIELD = "text";

    /** A file: one document of text, or one of each JSON line. */
    record TextFile(Path path, String field) implements CorpusSource {}

    /** Every text file below a directory is a document, every JSON line another. */
    record Directory(Path path, String field) implements CorpusSource {}

    /** Every text entry of a ZIP file whose name starts with the prefix is a document. */
    record ZipEntries(Path path, String prefix) implements CorpusSource {
        @Override
        public String field() {
            return DEFAULT_FIELD;
        }
    }

    Path path();

    /** Of a JSON line, whose string is the text. */
    String field();

    static CorpusSource of(Path path) {
        return of(path, DEFAULT_FIELD);
    }

    /** @throws UserError when there is neither a file nor a directory */
    static CorpusSource of(Path path, String field) {
        if (Files.isDirectory(path)) {
            return new Directory(path, field);
        }
        if (Files.isRegularFile(path)) {
            return new TextFile(path, field);
        }
        throw new UserError(path + ": " + (Files.exists(path) ? "is neither a file nor a directory" : "no such file or directory")
            + "; expected plain text or JSON lines, as they are or as .gz or .zst");
    }
}
