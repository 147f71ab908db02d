package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import lockstep.common.UserError;

/**
 * Turns text into llm.c token shards {@code PREFIX_train_%06d.bin} and {@code PREFIX_val_%06d.bin}, in memory that doesn't grow with the
 * text. All shards appear
 * at once when they are whole. {@link SplitRule} says which text is validation.
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
     * @param listener told of bytes that were read, compressed as they are stored
     * @throws UserError when the source holds no text or can't be read, shards of this prefix are there already, or the directory can't be
     * written, or the thread is interrupted
     */
    public CorpusResult prepare(CorpusSource source, Tokenizer tokenizer, Path outDir, String prefix, ProgressListener listener) {
        if (!prefix.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
            throw new UserError(
                "name of the shards must be letters, digits, '.', '_' and '-', and not begin with '.' or '-': found \"" + prefix + "\"");
        }
        return Preparation.run(source.path(), outDir, () -> {
            CorpusNotes notes = new CorpusNotes();
            Target target = new Target(tokenizer, outDir, prefix);
            if (source instanceof CorpusSource.Pipe pipe) {
                return spooled(pipe, target, notes, listener);
            }
            try (CorpusFiles files = CorpusFiles.of(source, notes)) {
                requireNoShards(outDir, prefix);
                return write(source, files, target, notes, listener);
            }
        });
    }

    /** Where the tokens go. */
    private record Target(Tokenizer tokenizer, Path outDir, String prefix) {}

    /** A pipe's bytes are kept beside the shards until these are written: a single document is read twice. */
    private CorpusResult spooled(CorpusSource.Pipe pipe, Target target, CorpusNotes notes, ProgressListener listener) throws IOException {
        requireNoShards(target.outDir(), target.prefix());
        try (StagedDirectory staged = StagedDirectory.create(target.outDir(), target.prefix())) {
            Path spooled = staged.path().resolve("spooled");
            try (InputStream in = pipe.open()) {
                Files.copy(in, spooled);
            }
            try (CorpusFiles files = CorpusFiles.ofPipe(pipe, spooled, notes)) {
                return write(pipe, files, target, notes, listener);
            }
        }
    }

    private CorpusResult write(CorpusSource source, CorpusFiles files, Target target, CorpusNotes notes, ProgressListener listener)
        throws IOException {
        StoredProgress progress = new StoredProgress(files, settings, listener);
        try (DocumentSequence documents = new DocumentSequence(files, source.reading(), notes, progress::add)) {
            if (!documents.hasNext()) {
                throw noDocument(source, notes);
            }
            try (StagedDirectory staged = StagedDirectory.create(target.outDir(), target.prefix());
                OrderedEncoder encoder = new OrderedEncoder(threads);
                SplitWriter train = split(staged, target.prefix() + "_train", target.tokenizer(), encoder);
                SplitWriter validation = split(staged, target.prefix() + "_val", target.tokenizer(), encoder)) {
                split(documents, new Parts(train, validation, notes), progress);
                encoder.finish();
                return staged.publish(new CorpusResult(train.finish(), validation.finish(), notes.leftOut().counts(),
                    notes.leftOut().examples(), notes.warnings(source.reading(), target.tokenizer())));
            }
        }
    }

    private static UserError noDocument(CorpusSource source, CorpusNotes notes) {
        SkippedFiles skipped = notes.leftOut().counts();
        return new UserError(
            source.path() + ": holds no document; expected at least one text, or JSON object with a text" + notes.firstBadLine()
                + (skipped.total() > 0 ? "; skipped " + skipped + notes.leftOut().all() : ""));
    }

    private SplitWriter split(StagedDirectory staged, String name, Tokenizer tokenizer, OrderedEncoder encoder) {
        return new SplitWriter(ShardSequence.numbered(staged.path(), name, settings.shardTokens()), tokenizer, encoder);
    }

    /** Where documents go, and what looks at them on the way. */
    private record Parts(SplitWriter train, SplitWriter validation, CorpusNotes notes) {}

    private void split(DocumentSequence documents, Parts parts, StoredProgress progress) throws IOException {
        SplitRule rule = new SplitRule(settings);
        Document first = documents.next();
        if (!documents.hasNext()) {
            long at = settings.valFraction() == 0
                ? Long.MAX_VALUE
                : rule.cutPosition(first, bytes -> progress.addOfSearch(first, bytes));
            cut(first, at, parts, progress);
            return;
        }
        Document document = first;
        for (long number = 1;; number++) {
            boolean last = settings.valFraction() > 0 && number < rule.every() && !documents.hasNext();
            SplitWriter split = rule.isValidation(number, last, parts.validation().bytes()) ? parts.validation() : parts.train();
            try (InputStream text = document.open(progress::add)) {
                split.add(text, Long.MAX_VALUE, parts.notes().marks(document));
            }
            if (!documents.hasNext()) {
                return;
            }
            document = documents.next();
        }
    }

    private static void cut(Document document, long at, Parts parts, StoredProgress progress) throws IOException {
        MarkCount marks = parts.notes().marks(document);
        try (PushbackInputStream text = new PushbackInputStream(document.open(progress::add))) {
            parts.train().add(text, at, marks);
            int next = text.read();
            if (next >= 0) {
                text.unread(next);
                parts.validation().add(text, Long.MAX_VALUE, marks);
            }
        }
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
}
