package lockstep.common.text;

import java.util.List;

import lockstep.common.compress.Compression;

/** Adds up the stored bytes that were read of all files: of compressed ones their compressed bytes, since nobody knows their plain ones before the end. */
final class StoredProgress {
    /** A compressed text that is alone is read three times: for its length, for where to cut it, and for its tokens. */
    private static final int READINGS_OF_A_CUT_TEXT = 3;

    private final ProgressListener listener;
    private final long totalBytes;
    private long doneBytes;

    StoredProgress(List<StoredText> files, CorpusSettings settings, ProgressListener listener) {
        this.listener = listener;
        long storedBytes = files.stream().mapToLong(StoredText::storedBytes).sum();
        this.totalBytes = settings.valFraction() > 0 && files.size() == 1 && isReadAgain(files.getFirst())
            ? READINGS_OF_A_CUT_TEXT * storedBytes
            : storedBytes;
        listener.progress(0, totalBytes);
    }

    private static boolean isReadAgain(StoredText file) {
        return file.format() == StoredText.Format.TEXT && file.compression() != Compression.NONE;
    }

    void add(long bytes) {
        doneBytes += bytes;
        listener.progress(doneBytes, Math.max(doneBytes, totalBytes));
    }

    /** Readings before the last one: a plain file is skipped through, which takes no time. */
    void addOfSearch(Document document, long bytes) {
        if (document instanceof Document.WholeFile whole && isReadAgain(whole.file())) {
            add(bytes);
        }
    }
}
