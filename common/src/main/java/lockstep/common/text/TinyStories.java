package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.common.UserError;
import lockstep.common.archive.TarFile;
import lockstep.common.archive.TarReader;
import lockstep.common.format.FileErrors;

/**
 * The TinyStories shards, by the rule of llm.c's {@code dev/data/tinystories.py}: file 0 of the archive is validation, the others are training; the stories of each are shuffled as Python does it, by a seed that is 1337 for the
 * first file of either part and one more for each file after it; each story is a document. llm.c writes the files of training as its processes get done with them, which is another order at each run; here they come in the order
 * of their names.
 *
 * <p>
 * In memory that doesn't grow with the archive: a story, 12 bytes for each story of a file (some 100,000) and the batches of the encoder's threads. The stories of a file lie on disk until they are shuffled, and those of
 * files that come too early until it is their turn.
 */
public final class TinyStories {
    /** Files that the published archive holds. */
    public static final int FILES = 50;

    private static final int FIRST_SEED = 1337;
    private static final long MOST_FILE_BYTES = 1L << 30;
    private static final Pattern DATA = Pattern.compile("(?:\\./)?data(\\d\\d)\\.json");

    private final int files;
    private final int threads;

    /**
     * @param files that the archive has to hold, data00.json and on; 2 to 100
     * @param threads that encode, beside the one that reads and writes; the shards are the same for any number
     */
    public TinyStories(int files, int threads) {
        if (files < 2 || files > 100) {
            throw new IllegalArgumentException("files must be 2..100: files=" + files);
        }
        this.files = files;
        this.threads = threads;
    }

    /** @throws UserError when one of the shards is there already */
    public static void requireAbsent(Path outDir, Tokenizer tokenizer) {
        for (String split : List.of("train", "val")) {
            StagedDirectory.requireAbsent(outDir.resolve(name(tokenizer, split) + ".bin"));
        }
    }

    /** @throws UserError when the file's first bytes are not those of a compressed archive that holds something */
    public static void requireArchive(Path archive) {
        try (TarReader tar = open(archive, ProgressListener.SILENT)) {
            if (tar.next().isEmpty()) {
                throw new UserError(archive + ": holds no file, expected " + data(0) + " and others");
            }
        } catch (IOException e) {
            throw FileErrors.translate(archive, e);
        }
    }

    /**
     * @param archive a tar archive, compressed as its first bytes and its name say
     * @param listener told of bytes of the archive that were read
     * @throws UserError when a target is there already, the archive is not that of TinyStories or can't be read, or the thread is interrupted
     */
    public CorpusResult prepare(Path archive, Tokenizer tokenizer, Path outDir, ProgressListener listener) {
        requireAbsent(outDir, tokenizer);
        return Preparation.run(archive, outDir, () -> {
            try (StagedDirectory staged = StagedDirectory.create(outDir, "tinystories");
                OrderedEncoder encoder = new OrderedEncoder(threads);
                SplitWriter train = split(staged, tokenizer, "train", encoder);
                SplitWriter validation = split(staged, tokenizer, "val", encoder);
                TarReader tar = open(archive, listener)) {
                new Order(staged.path(), train, validation).write(tar, archive);
                encoder.finish();
                return staged.publish(train.finish(), validation.finish());
            }
        });
    }

    private static String name(Tokenizer tokenizer, String split) {
        boolean gpt2 = tokenizer.name().equals(Gpt2Tokenizer.NAME);
        return "TinyStories_" + (gpt2 ? "" : tokenizer.name() + "_") + split;
    }

    private static String data(int number) {
        return String.format(Locale.ROOT, "data%02d.json", number);
    }

    private static SplitWriter split(StagedDirectory staged, Tokenizer tokenizer, String split, OrderedEncoder encoder) {
        return new SplitWriter(ShardSequence.single(staged.path(), name(tokenizer, split)), tokenizer, encoder);
    }

    private static TarReader open(Path archive, ProgressListener listener) throws IOException {
        long bytes = Files.size(archive);
        long[] done = {0};
        StoredText stored = StoredText.named(archive.toString(), bytes, () -> Files.newInputStream(archive), new CorpusNotes());
        return new TarReader(stored.openPlain(count -> {
            done[0] += count;
            listener.progress(done[0], Math.max(done[0], bytes));
        }), archive.toString(), MOST_FILE_BYTES);
    }

    /** Has the files of an archive, which come as they lie there, written in the order of their numbers. */
    private final class Order {
        private final Path directory;
        private final SplitWriter train;
        private final SplitWriter validation;
        private final SortedMap<Integer, StoryFile> waiting = new TreeMap<>();
        private int next;

        Order(Path directory, SplitWriter train, SplitWriter validation) {
            this.directory = directory;
            this.train = train;
            this.validation = validation;
        }

        void write(TarReader tar, Path archive) throws IOException {
            for (Optional<TarFile> file = tar.next(); file.isPresent(); file = tar.next()) {
                Matcher matcher = DATA.matcher(file.get().name());
                if (matcher.matches()) {
                    take(Integer.parseInt(matcher.group(1)), tar, archive + ": " + file.get().name());
                    writeWhatIsNext();
                }
            }
            if (next < files) {
                throw new UserError(
                    archive + ": files: found no " + data(next) + ", expected " + data(0) + " to " + data(files - 1));
            }
        }

        private void take(int number, TarReader tar, String name) throws IOException {
            if (number >= files) {
                throw new UserError(name + ": expected " + data(0) + " to " + data(files - 1) + " alone");
            }
            if (number < next || waiting.containsKey(number)) {
                throw new UserError(name + ": found it twice, expected it once");
            }
            try (StoryReader stories = new StoryReader(tar.content(), name)) {
                waiting.put(number,
                    StoryFile.of(stories, directory.resolve(number + ".stories"), name, StoryFile.MOST_STORIES));
            }
        }

        private void writeWhatIsNext() throws IOException {
            while (waiting.containsKey(next)) {
                int indexInSplit = next == 0 ? 0 : next - 1;
                waiting.remove(next).writeShuffled(FIRST_SEED + indexInSplit, next == 0 ? validation : train);
                next++;
            }
        }
    }
}
