package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

import lockstep.common.compress.Compression;

/** One text of a corpus. */
sealed interface Document {
    /** The text, from its start; may be asked for again. The consumer is told of the stored bytes that were read for it. */
    InputStream open(LongConsumer onStored) throws IOException;

    /** Its length. Reads a compressed file through to find out. */
    long bytes(LongConsumer onStored) throws IOException;

    /** All of a file. */
    record WholeFile(StoredText file) implements Document {
        @Override
        public InputStream open(LongConsumer onStored) throws IOException {
            return file.open(onStored);
        }

        @Override
        public long bytes(LongConsumer onStored) throws IOException {
            if (file.compression() == Compression.NONE) {
                return file.storedBytes() - file.markBytes();
            }
            try (InputStream in = file.open(onStored)) {
                byte[] scratch = new byte[1 << 16];
                long bytes = 0;
                for (int count = in.read(scratch); count >= 0; count = in.read(scratch)) {
                    bytes += count;
                }
                return bytes;
            }
        }
    }

    /** The text of one line, or of what stands between two delimiters, in memory. */
    record Held(byte[] utf8) implements Document {
        @Override
        public InputStream open(LongConsumer onStored) {
            return new ByteArrayInputStream(utf8);
        }

        @Override
        public long bytes(LongConsumer onStored) {
            return utf8.length;
        }
    }
}
