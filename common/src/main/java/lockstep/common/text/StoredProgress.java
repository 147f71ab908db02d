package lockstep.common.text;

import java.util.List;

import lockstep.common.compress.Compression;

/**
 * Adds up the stored bytes that were read of all files: of compressed ones their compressed bytes, since nobody knows their plain ones before the end.
 * A file that is looked through before it is read counts half for each.
 */
final class StoredProgress {
    /** A compressed text that is alone is read twice before its tokens are: for its length, and for where to cut it. */
    private static final int SEARCHES_OF_A_CUT_TEXT = 2;

    private final ProgressListener listener;
    private final int readings;
    private final int shownReadings;
    private final long totalBytes;
    private long readBytes;

    StoredProgress(CorpusFiles files, CorpusSettings settings, ProgressListener listener) {
        this.listener = listener;
        List<StoredText> texts = files.texts();
        boolean cut = settings.valFraction() > 0 && texts.size() == 1 && isReadAgain(texts.getFirst());
        int searches = cut ? SEARCHES_OF_A_CUT_TEXT : 0;
        this.readings = files.readings() + searches;
        this.shownReadings = 1 + searches;
        this.totalBytes = shownReadings * texts.stream().mapToLong(StoredText::storedBytes).sum();
        listener.progress(0, totalBytes);
    }

    private static boolean isReadAgain(StoredText file) {
        return file.format() == StoredText.Format.TEXT && file.compression() != Compression.NONE;
    }

    void add(long bytes) {
        readBytes += bytes;
        long doneBytes = readBytes * shownReadings / readings;
        listener.progress(doneBytes, Math.max(doneBytes, totalBytes));
    }

    /** Readings before the last one: a plain file is skipped through, which takes no time. */
    void addOfSearch(Document document, long bytes) {
        if (document instanceof Document.WholeFile whole && isReadAgain(whole.file())) {
            add(bytes);
        }
    }
}
