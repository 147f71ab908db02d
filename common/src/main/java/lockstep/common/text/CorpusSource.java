package lockstep.common.text;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;
import lockstep.common.compress.Compression;
import lockstep.common.filekind.FileKind;

/** Where text comes from. A new kind of source is one record here and one method of {@link CorpusFiles}. */
public sealed interface CorpusSource {
    /** The field of a JSON line that is the text, unless told otherwise. */
    String DEFAULT_FIELD = "text";
    /** The path that stands for the standard input. */
    Path STANDARD_INPUT = Path.of("-");

    /** A file: one document of text, several between delimiters, or one of each JSON line. */
    record TextFile(Path path, TextReading reading) implements CorpusSource {}

    /** A pipe, which can be read but once: its bytes are kept on disk while they become tokens. */
    record Pipe(Path path, TextReading reading) implements CorpusSource {
        /** The name for messages. */
        String name() {
            return path.equals(STANDARD_INPUT) ? "standard input" : path.toString();
        }

        /** Reads that an interrupt breaks off. */
        InputStream open() throws IOException {
            if (path.equals(STANDARD_INPUT)) {
                return Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
            }
            return Files.newInputStream(path);
        }
    }

    /** Every text file below a directory is a document, every JSON line another. */
    record Directory(Path path, TextReading reading) implements CorpusSource {}

    /** Every text entry of a ZIP file whose name starts with the prefix is a document. */
    record ZipEntries(Path path, String prefix) implements CorpusSource {
        @Override
        public TextReading reading() {
            return TextReading.DEFAULTS;
        }
    }

    /** The text that Lockstep carries, one document. */
    record Carried() implements CorpusSource {
        /** Its name, for messages. */
        @Override
        public Path path() {
            return Path.of(Shakespeare.NAME);
        }

        @Override
        public TextReading reading() {
            return TextReading.DEFAULTS;
        }
    }

    Path path();

    TextReading reading();

    static CorpusSource of(Path path) {
        return of(path, TextReading.DEFAULTS);
    }

    /** @param field of JSON lines */
    static CorpusSource of(Path path, String field) {
        return of(path, TextReading.ofField(field));
    }

    /** @throws UserError when there is no file, no directory and no pipe */
    static CorpusSource of(Path path, TextReading reading) {
        if (isPipe(path)) {
            return new Pipe(path, reading);
        }
        if (Files.isDirectory(path)) {
            return new Directory(path, reading);
        }
        if (Files.isRegularFile(path)) {
            return new TextFile(path, reading);
        }
        if (SourceWalk.isAnnexLink(path)) {
            throw NotText.refusal(path.toString(), FileKind.GIT_ANNEX_POINTER, ShellInput.of(path, Compression.NONE));
        }
        throw new UserError(path + ": " + (Files.exists(path) ? "is neither a file nor a directory" : "no such file or directory")
            + "; expected plain text or JSON lines, as they are or as .gz or .zst");
    }

    /** Says whether the text at a path can be read only once, by one process: standard input, a named pipe or a process substitution. */
    static boolean isPipe(Path path) {
        if (path.equals(STANDARD_INPUT)) {
            return true;
        }
        int kindOfFile = 0170000;
        int pipe = 0010000;
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & kindOfFile) == pipe;
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not there, or on a system without pipes by name
        }
    }
}
