package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

import lockstep.common.compress.Compression;
import lockstep.common.stream.BlockStream;

/**
 * A file of a corpus.
 *
 * @param name for messages
 * @param storedBytes its length when it was listed, compressed as it is
 */
record StoredText(String name, long storedBytes, Compression compression, Format format, Opener opener) {
    private static final int BUFFER_BYTES = 1 << 16;

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** What the plain bytes are. */
    enum Format {
        /** One document. */
        TEXT,
        /** Each line is a JSON object that holds a document. */
        JSON_LINES
    }

    /** Of the compression and format that its name says. */
    static StoredText named(String name, long storedBytes, Opener opener) {
        Compression compression = Compression.of(name);
        String bare = compression.bareName(name);
        Format format = bare.endsWith(".jsonl") || bare.endsWith(".ndjson") ? Format.JSON_LINES : Format.TEXT;
        return new StoredText(name, storedBytes, compression, format, opener);
    }

    /** Text as it is, whatever the name says. */
    static StoredText plain(String name, long bytes, Opener opener) {
        return new StoredText(name, bytes, Compression.NONE, Format.TEXT, opener);
    }

    /** @param onStored told how many stored bytes came with each read */
    InputStream open(LongConsumer onStored) throws IOException {
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
