package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

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

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** What the plain bytes are. */
    enum Format {
        /** One document. */
        TEXT,
        /** Documents between delimiters. */
        DELIMITED,
        /** Each line is a JSON object that holds a document. */
        JSON_LINES
    }

    /** What the end of a name promises, whatever the file is compressed with. */
    enum Promise {
        /** JSON lines, by {@code .jsonl} and the like. */
        JSON_LINES,
        /** Some JSON, by {@code .json}. */
        JSON,
        /** A table as text, by {@code .csv} or {@code .tsv}. */
        TABLE, NOTHING
    }

    /**
     * A file that is compressed as its first bytes say.
     *
     * @throws UserError when the name says that it is compressed, and it isn't
     */
    static StoredText named(String name, long storedBytes, Opener opener, CorpusNotes notes) throws IOException {
        Optional<FileKind> kind;
        boolean empty;
        try (InputStream in = opener.open()) {
            byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
            kind = FileKind.of(head);
            empty = head.length == 0;
        }
        Compression said = Compression.of(name);
        Compression found = kind.map(Compression::of).orElse(Compression.NONE);
        if (said != Compression.NONE && said != found && !empty) {
            throw kind.filter(is -> is.family() == FileKind.Family.POINTER).map(pointer -> NotText.refusal(name, pointer))
                .orElseGet(() -> new UserError(name + ": can't be read as " + said.title() + ": it begins like "
                    + kind.map(FileKind::title).orElse("no such data") + "; rename it, copy it again, or compress it anew"));
        }
        return new StoredText(name, storedBytes, empty ? said : found, Format.TEXT, 0, opener, notes);
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
        return new TextStream(openPlain(onStored), name, compression == Compression.NONE ? storedBytes : Long.MAX_VALUE, notes);
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
