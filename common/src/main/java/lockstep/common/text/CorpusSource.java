package lockstep.common.text;

import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;

/** Where text comes from. A new kind of source is one record here and one method of {@link Documents}. */
public sealed interface CorpusSource {
    /** One document. */
    record TextFile(Path path) implements CorpusSource {}

    /** Every text file below a directory is a document. */
    record Directory(Path path) implements CorpusSource {}

    /** Every text entry of a ZIP file whose name starts with the prefix is a document. */
    record ZipEntries(Path path, String prefix) implements CorpusSource {}

    Path path();

    /** @throws UserError when there is neither a file nor a directory */
    static CorpusSource of(Path path) {
        if (Files.isDirectory(path)) {
            return new Directory(path);
        }
        if (Files.isRegularFile(path)) {
            return new TextFile(path);
        }
        throw new UserError(path + ": " + (Files.exists(path) ? "is neither a file nor a directory" : "no such file or directory")
            + "; expected plain text");
    }
}
