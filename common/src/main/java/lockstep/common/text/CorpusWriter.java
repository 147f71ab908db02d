package lockstep.common.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import lockstep.common.UserError;

/**
 * Turns text into llm.c token shards {@code PREFIX_train_%06d.bin} and {@code PREFIX_val_%06d.bin}, in memory that doesn't grow with the
 * text. All shards appear
 * at once when they are whole. {@link CorpusPlan} says which text is validation.
 */
public final class CorpusWriter {
    private final CorpusSettings settings;
    private final int threads;

    /** Encodes on every core. */
    public CorpusWriter(CorpusSettings settings) {
        this(settings, Runtime.getRuntime().availableProcessors());
    }

    /** @param threads that encode, beside the one that reads and writes; the shards are the same for any number */
    public CorpusWriter(CorpusSettings settings, int threads) {
        if (threads < 1) {
            throw new UserError("threads that encode text must be > 0, found " + threads);
        }
        this.settings = settings;
        this.threads = threads;
    }

    /**
     * @param outDir made if it isn't there
     * @param listener told of bytes of text
     * @throws UserError when the source holds no text or can't be read, shards of this prefix are there already, or the directory can't be
     * written, or the thread is interrupted
     */
    public CorpusResult prepare(CorpusSource source, Tokenizer tokenizer, Path outDir, String prefix, ProgressListener listener) {
        if (!prefix.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
            throw new UserError(
                "name of the shards must be letters, digits, '.', '_' and '-', and not begin with '.' or '-': found \"" + prefix + "\"");
        }
        try (Documents documents = Documents.of(source)) {
            requireNoShards(outDir, prefix);
            CorpusPlan plan = CorpusPlan.of(documents.texts(), settings);
            return write(plan, documents.skipped(), tokenizer, outDir, prefix, new Progress(plan, listener));
        } catch (UserError e) {
            throw Thread.currentThread().isInterrupted() ? interrupted(outDir, e) : e;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(outDir, e);
            }
            throw new UserError("preparing " + source.path() + " into " + outDir + " failed: " + reason(e), e);
        }
    }

    private CorpusResult write(CorpusPlan plan, SkippedFiles skipped, Tokenizer tokenizer, Path outDir, String prefix, Progress progress)
        throws IOException {
        try (StagedDirectory staged = StagedDirectory.create(outDir, prefix)) {
            CorpusSplit train = writeSplit(plan.train(), tokenizer, staged.path(), prefix + "_train", progress);
            CorpusSplit validation = writeSplit(plan.validation(), tokenizer, staged.path(), prefix + "_val", progress);
            List<Path> all = new ArrayList<>(train.shards());
            all.addAll(validation.shards());
            List<Path> published = staged.publish(all);
            int trainShards = train.shards().size();
            return new CorpusResult(withShards(train, published.subList(0, trainShards)),
                withShards(validation, published.subList(trainShards, published.size())), skipped);
        }
    }

    private CorpusSplit writeSplit(List<CorpusPlan.Part> parts, Tokenizer tokenizer, Path directory, String name, Progress progress)
        throws IOException {
        TextChunk separator = new Separator(tokenizer.endOfText());
        long bytes = 0;
        try (ShardSequence shards = new ShardSequence(directory, name, settings.shardTokens());
            OrderedEncoder encoder = new OrderedEncoder(threads)) {
            for (CorpusPlan.Part part : parts) {
                encoder.add(separator, shards);
                try (PartStream text = PartStream.open(part, progress::add)) {
                    TextChunks chunks = tokenizer.chunks(text);
                    for (Optional<TextChunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                        encoder.add(chunk.get(), shards);
                    }
                    bytes += text.bytes();
                }
            }
            encoder.finish();
            return new CorpusSplit(shards.finish(), shards.tokens(), bytes, parts.size());
        }
    }

    private static CorpusSplit withShards(CorpusSplit split, List<Path> shards) {
        return new CorpusSplit(shards, split.tokens(), split.bytes(), split.documents());
    }

    /** A shard of another run, even one that this run would not replace, would be read along with ours. */
    private static void requireNoShards(Path outDir, String prefix) throws IOException {
        if (!Files.isDirectory(outDir)) {
            return;
        }
        try (Stream<Path> stream = Files.list(outDir)) {
            stream.sorted().filter(path -> {
                String name = path.getFileName().toString();
                return name.startsWith(prefix) && name.substring(prefix.length()).matches("_(train|val)_\\d{6,}\\.bin");
            }).findFirst().ifPresent(StagedDirectory::requireAbsent);
        }
    }

    private static UserError interrupted(Path outDir, Exception e) {
        return new UserError("interrupted; nothing was written to " + outDir, e);
    }

    /** An IOException's message alone often is no more than a path. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException failure -> failure.getFile() + ": no such file or directory";
            case AccessDeniedException failure -> failure.getFile() + ": permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getFile() + ": " + failure.getReason();
            default -> e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        };
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

    /** Adds up the bytes of all parts. */
    private static final class Progress {
        private final ProgressListener listener;
        private final long totalBytes;
        private long doneBytes;

        Progress(CorpusPlan plan, ProgressListener listener) {
            this.listener = listener;
            this.totalBytes =
                Stream.concat(plan.train().stream(), plan.validation().stream()).mapToLong(CorpusPlan.Part::expectedBytes).sum();
            listener.progress(0, totalBytes);
        }

        void add(long bytes) {
            doneBytes += bytes;
            listener.progress(doneBytes, Math.max(doneBytes, totalBytes));
        }
    }
}
