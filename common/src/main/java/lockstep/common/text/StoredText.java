package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

import lockstep.common.UserError;
import lockstep.common.compress.Compression;
import lockstep.common.filekind.FileKind;
import lockstep.common.stream.BlockStream;

/**
 * A file of a corpus.
 *
 * @param name for messages
 * @param storedBytes its length when it was listed, compressed as it is
 * @param markBytes length of the byte order mark at its start, which is no text
 */
record StoredText(String name, long storedBytes, Compression compression, Format format, int markBytes, Opener opener, CorpusNotes notes) {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Pattern TEXT_NAME =
        Pattern.compile("(?s).*\\.(txt|text|json|jsonl|ndjson|jsonlines|ldjson|csv|tsv|md|rst|tex|html?|xml|log|conllu?)");

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** Says what the plain bytes hold. */
    enum Format {
        /** One document. */
        TEXT,
        /** Documents between delimiters. */
        DELIMITED,
        /** Each line is a JSON object that holds a document. */
        JSON_LINES
    }

    /** The end of a name promises this of the plain bytes, whatever the file is compressed with. */
    enum Promise {
        /** JSON lines, by {@code .jsonl} and the like. */
        JSON_LINES,
        /** Some JSON, by {@code .json}. */
        JSON,
        /** A table as text, by {@code .csv} or {@code .tsv}. */
        TABLE, NOTHING
    }

    /** A file that is compressed as its first bytes say, whatever its name says. */
    static StoredText listed(String name, long storedBytes, Opener opener, CorpusNotes notes) throws IOException {
        byte[] head = head(opener);
        Compression found = FileKind.of(head).map(Compression::of).orElse(Compression.NONE);
        return new StoredText(name, storedBytes, found, Format.TEXT, 0, opener, notes);
    }

    /**
     * A file that is compressed as its first bytes and its name say.
     *
     * @throws UserError when the name says that it is compressed, and it isn't
     */
    static StoredText named(String name, long storedBytes, Opener opener, CorpusNotes notes) throws IOException {
        StoredText file = listed(name, storedBytes, opener, notes);
        if (file.isMisnamed()) {
            throw file.misnamed();
        }
        // without a byte it is cut, which its reader says
        return storedBytes == 0 ? new StoredText(name, 0, Compression.of(name), Format.TEXT, 0, opener, notes) : file;
    }

    /** Text as it is, whatever the name says. */
    static StoredText plain(String name, long bytes, Opener opener, CorpusNotes notes) {
        return new StoredText(name, bytes, Compression.NONE, Format.TEXT, 0, opener, notes);
    }

    StoredText as(Format found) {
        return new StoredText(name, storedBytes, compression, found, markBytes, opener, notes);
    }

    StoredText withMark(int bytes) {
        return new StoredText(name, storedBytes, compression, format, bytes, opener, notes);
    }

    /** Says whether a file of this name would be read as text, were it here: the name has the ending of a text, or none. */
    boolean mayBeText() {
        String last = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String bare = Compression.of(last).bareName(last);
        return bare.lastIndexOf('.') <= 0 || TEXT_NAME.matcher(bare).matches();
    }

    /** Says whether the file's name tells of a compression that its first bytes don't. */
    boolean isMisnamed() {
        Compression said = Compression.of(name);
        return said != Compression.NONE && said != compression && storedBytes > 0;
    }

    /** The refusal of a file whose name tells of a compression that its first bytes don't. */
    UserError misnamed() throws IOException {
        String begins = FileKind.of(head(opener)).map(FileKind::title).orElse("no such data");
        return new UserError(name + ": can't be read as " + Compression.of(name).title() + ": it begins like " + begins
            + "; rename it, copy it again, or compress it anew");
    }

    /** Its length where that is known before it is read, and the longest there is otherwise. */
    long mostBytes() {
        return compression == Compression.NONE ? storedBytes : Long.MAX_VALUE;
    }

    Promise promise() {
        String lower = Compression.of(name).bareName(name).toLowerCase(Locale.ROOT);
        if (lower.matches("(?s).*\\.(jsonl|ndjson|jsonlines|ldjson)")) {
            return Promise.JSON_LINES;
        }
        if (lower.matches("(?s).*\\.(csv|tsv)")) {
            return Promise.TABLE;
        }
        return lower.endsWith(".json") ? Promise.JSON : Promise.NOTHING;
    }

    /**
     * The text, without its byte order mark.
     *
     * @param onStored told how many stored bytes came with each read
     */
    InputStream open(LongConsumer onStored) throws IOException {
        boolean lines = format == Format.JSON_LINES;
        return new TextStream(openPlain(onStored), name, mostBytes(),
            faults -> {
                if (lines) {
                    notes.lines(name, faults);
                } else {
                    notes.textFile(name, faults);
                }
            });
    }

    /**
     * The plain bytes, whatever they are.
     *
     * @param onStored told how many stored bytes came with each read
     */
    InputStream openPlain(LongConsumer onStored) throws IOException {
        InputStream stored = opener.open();
        try {
            return compression.open(new BufferedInputStream(new Counted(stored, onStored), BUFFER_BYTES), name);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    private static byte[] head(Opener opener) throws IOException {
        try (InputStream in = opener.open()) {
            return in.readNBytes(FileKind.HEAD_BYTES);
        }
    }

    private static final class Counted extends BlockStream {
        private final LongConsumer onStored;

        Counted(InputStream in, LongConsumer onStored) {
            super(in);
            this.onStored = onStored;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                onStored.accept(count);
            }
            return count;
        }
    }
}
