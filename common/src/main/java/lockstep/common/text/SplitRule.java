package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/**
 * Which text is for training and which for validation. Depends on positions, sizes and the text alone, and never on how the text is stored:
 * <ul>
 * <li>A single document: its last {@code valFraction} (no more than the cap) is validation, cut after the first newline from there, or between two characters
 * where no newline is near.</li>
 * <li>Several: with k = 1/valFraction rounded, every k-th one (k, 2k, … counted from 1) is validation until those hold the cap; of fewer than k the last. So a
 * document's part is known when it comes, whatever comes later.</li>
 * </ul>
 */
record SplitRule(CorpusSettings settings) {
    private static final int NEWLINE_SEARCH_BYTES = 4096;

    /** How many documents are looked at until the last one can be no exception any more. */
    long every() {
        return Math.round(1 / settings.valFraction());
    }

    /**
     * @param number of the document, from 1
     * @param last only looked at for fewer than {@link #every} documents
     * @param valBytes that validation holds so far
     */
    boolean isValidation(long number, boolean last, long valBytes) {
        if (settings.valFraction() == 0) {
            return false;
        }
        return number < every() ? last : number % every() == 0 && valBytes < settings.valBytesCap();
    }

    /**
     * Where validation begins in a single document.
     *
     * @param onStored told of the stored bytes that are read to find out
     * @return the document's length for none, and then never a place without text before it
     */
    long cutPosition(Document document, LongConsumer onStored) throws IOException {
        long bytes = document.bytes(onStored);
        long valBytes = Math.min(settings.valBytesCap(), (long) (bytes * settings.valFraction()));
        if (valBytes == 0) {
            return bytes;
        }
        long at = search(document, bytes - valBytes, onStored);
        return at <= 0 || at >= bytes ? bytes : at;
    }

    private static long search(Document document, long from, LongConsumer onStored) throws IOException {
        try (InputStream in = document.open(onStored)) {
            in.skipNBytes(from);
            byte[] bytes = in.readNBytes(NEWLINE_SEARCH_BYTES);
            for (int i = 0; i < bytes.length - 1; i++) {
                if (bytes[i] == '\n') {
                    return from + i + 1;
                }
            }
            int continuation = 0;
            while (continuation < bytes.length && (bytes[continuation] & 0xC0) == 0x80) {
                continuation++;
            }
            return from + continuation;
        }
    }
}
