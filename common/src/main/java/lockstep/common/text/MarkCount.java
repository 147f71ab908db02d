package lockstep.common.text;

import java.nio.charset.StandardCharsets;

/** Counts how often {@link CorpusNotes#END_OF_TEXT_NAME} stands in bytes that come in pieces. */
final class MarkCount {
    private static final byte[] MARK = CorpusNotes.END_OF_TEXT_NAME.getBytes(StandardCharsets.US_ASCII);

    private int matched;
    private long count;

    void look(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            // the first character of the mark stands nowhere else in it
            matched = bytes[i] == MARK[matched] ? matched + 1 : bytes[i] == MARK[0] ? 1 : 0;
            if (matched == MARK.length) {
                count++;
                matched = 0;
            }
        }
    }

    /** A mark doesn't reach from one document into the next. */
    void endDocument() {
        matched = 0;
    }

    long count() {
        return count;
    }
}
