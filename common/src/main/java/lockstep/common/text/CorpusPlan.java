package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Which text is for training and which for validation. Depends on positions, sizes and the text alone:
 * <ul>
 * <li>A single document: its last {@code valFraction} (no more than the cap) is validation, cut after the first newline from there, or
 * between two characters
 * where no newline is near.</li>
 * <li>Several: with k = 1/valFraction rounded, every k-th one (k, 2k, … counted from 1) is validation until those hold the cap; of fewer
 * than k the last.</li>
 * </ul>
 */
record CorpusPlan(List<Part> train, List<Part> validation) {
    private static final int NEWLINE_SEARCH_BYTES = 4096;

    /**
     * The bytes from..to−1 of a document.
     *
     * @param to {@link Long#MAX_VALUE} for all that there is
     */
    record Part(Document document, long from, long to) {
        static Part whole(Document document) {
            return new Part(document, 0, Long.MAX_VALUE);
        }

        long expectedBytes() {
            return Math.max(0, Math.min(to, document.bytes()) - from);
        }
    }

    static CorpusPlan of(List<Document> texts, CorpusSettings settings) throws IOException {
        if (settings.valFraction() == 0) {
            return new CorpusPlan(texts.stream().map(Part::whole).toList(), List.of());
        }
        return texts.size() == 1 ? cut(texts.getFirst(), settings) : choose(texts, settings);
    }

    private static CorpusPlan cut(Document document, CorpusSettings settings) throws IOException {
        long valBytes = Math.min(settings.valBytesCap(), (long) (document.bytes() * settings.valFraction()));
        long at = cutPosition(document, document.bytes() - valBytes);
        if (at <= 0 || at >= document.bytes()) {
            return new CorpusPlan(List.of(Part.whole(document)), List.of());
        }
        return new CorpusPlan(List.of(new Part(document, 0, at)), List.of(new Part(document, at, Long.MAX_VALUE)));
    }

    private static long cutPosition(Document document, long from) throws IOException {
        try (InputStream in = document.open()) {
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

    private static CorpusPlan choose(List<Document> texts, CorpusSettings settings) {
        long every = Math.round(1 / settings.valFraction());
        List<Part> train = new ArrayList<>();
        List<Part> validation = new ArrayList<>();
        long valBytes = 0;
        for (int i = 0; i < texts.size(); i++) {
            Part part = Part.whole(texts.get(i));
            boolean last = texts.size() < every && i == texts.size() - 1;
            if (last || (i + 1) % every == 0 && valBytes < settings.valBytesCap()) {
                validation.add(part);
                valBytes += part.expectedBytes();
            } else {
                train.add(part);
            }
        }
        return new CorpusPlan(train, validation);
    }
}
