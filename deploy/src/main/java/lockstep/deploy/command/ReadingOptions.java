package lockstep.deploy.command;

import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.common.text.CorpusSource;
import lockstep.common.text.TextReading;
import lockstep.deploy.train.Escapes;

/** How the documents of a text are told from each other. */
final class ReadingOptions {
    @Option(names = "--field", paramLabel = "NAME",
        description = "Of JSON lines: the field whose string is the text; a dot leads into an object, as in meta.text. Default: "
            + CorpusSource.DEFAULT_FIELD
            + ".")
    private String field;

    @Option(names = "--bad-lines", paramLabel = "refuse|skip",
        description = "Of JSON lines: what happens to a line without such a string. refuse: it ends the command. skip: it is left out and counted."
            + " Default: refuse.")
    private String badLines;

    @Option(names = "--delimiter", paramLabel = "TEXT",
        description = "Of text files: what stands between two documents, such as '<|endoftext|>' or '\\n\\n\\n' ('\\r\\n\\r\\n\\r\\n' in a file of Windows). It and the line break behind it are no text."
            + " Default: none, each file is a document.")
    private String delimiter;

    @Option(names = "--json-as", paramLabel = "lines|text",
        description = "lines: JSON is read by its lines, each an object that holds a text; other JSON is refused, or text in a tree of sources."
            + " text: all JSON is text as it stands. Default: lines.")
    private String jsonAs;

    /** The first of these options that is given, with its value. */
    Optional<String> given() {
        if (field != null) {
            return Optional.of("--field: found " + field);
        }
        if (badLines != null) {
            return Optional.of("--bad-lines: found " + badLines);
        }
        if (jsonAs != null) {
            return Optional.of("--json-as: found " + jsonAs);
        }
        return Optional.ofNullable(delimiter).map(text -> "--delimiter: found " + text);
    }

    TextReading reading() {
        return new TextReading(field == null ? CorpusSource.DEFAULT_FIELD : field,
            badLines == null ? TextReading.BadLines.REFUSE : TextReading.BadLines.named("--bad-lines", badLines),
            Optional.ofNullable(delimiter).map(text -> Escapes.resolve("--delimiter", text)),
            jsonAs == null ? TextReading.Json.LINES : TextReading.Json.named("--json-as", jsonAs));
    }
}
