package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Writes the documents of the training or the validation part, each after a separator, and counts what it writes. */
final class SplitWriter implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final TextChunk separator;
    private final OrderedEncoder encoder;
    private final ShardSequence shards;
    private long bytes;
    private long documents;
    private long longestBytes;

    /** @param shards closed with this */
    SplitWriter(ShardSequence shards, Tokenizer tokenizer, OrderedEncoder encoder) {
        this.tokenizer = tokenizer;
        this.separator = new Separator(tokenizer.endOfText());
        this.encoder = encoder;
        this.shards = shards;
    }

    /** Returns how many bytes of text there are, separators not included. */
    long bytes() {
        return bytes;
    }

    /**
     * Takes a document, or the next so many bytes of one.
     *
     * @param marks looks at what is taken
     */
    void add(InputStream document, long limitBytes, MarkCount marks) throws IOException {
        PartStream text = new PartStream(document, limitBytes, marks);
        encoder.add(separator, shards);
        TextChunks chunks = tokenizer.chunks(text);
        for (Optional<TextChunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
            encoder.add(chunk.get(), shards);
        }
        marks.endDocument();
        documents++;
        bytes += text.bytes();
        longestBytes = Math.max(longestBytes, text.bytes());
    }

    /** Commits the last shard, after the encoder has finished. */
    CorpusSplit finish() throws IOException {
        return new CorpusSplit(shards.finish(), shards.tokens(), bytes, documents, longestBytes);
    }

    /** Drops the shard that {@link #finish} has not committed. */
    @Override
    public void close() throws IOException {
        shards.close();
    }

    private record Separator(int token) implements TextChunk {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int[] encode() {
            return new int[] {token};
        }
    }
}
