package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import lockstep.common.UserError;

/**
 * The documents of a text file between delimiters. A delimiter and the line break right behind it belong to no document; what holds blanks alone is none. Holds one
 * document.
 */
final class DelimitedDocuments implements Documents {
    static final int LONGEST_DOCUMENT_BYTES = 32 << 20;
    private static final int FIRST_BYTES = 1 << 16;

    private final InputStream in;
    private final String name;
    private final byte[] delimiter;
    private final int longestBytes;
    private final CorpusNotes notes;
    private byte[] held = new byte[FIRST_BYTES];
    private int from;
    private int end;
    private long number = 1;
    private boolean behindDelimiter;
    private boolean ended;

    /**
     * @param in closed with this
     * @param name for messages
     */
    DelimitedDocuments(InputStream in, String name, String delimiter, CorpusNotes notes) {
        this(in, name, delimiter, notes, LONGEST_DOCUMENT_BYTES);
    }

    DelimitedDocuments(InputStream in, String name, String delimiter, CorpusNotes notes, int longestBytes) {
        this.in = in;
        this.name = name;
        this.delimiter = delimiter.getBytes(StandardCharsets.UTF_8);
        this.notes = notes;
        this.longestBytes = longestBytes;
    }

    @Override
    public Optional<Document> next() throws IOException {
        while (!ended) {
            byte[] document = read();
            if (!isBlank(document)) {
                number++;
                return Optional.of(new Document.Held(document));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Returns what stands before the next delimiter, or before the end. */
    private byte[] read() throws IOException {
        if (behindDelimiter) {
            skipLineBreak();
        }
        int searched = from;
        while (true) {
            int at = find(searched);
            if (at >= 0) {
                notes.delimiter();
                behindDelimiter = true;
                byte[] document = Arrays.copyOfRange(held, from, at);
                from = at + delimiter.length;
                return document;
            }
            int beforeFill = Math.max(0, end - from - delimiter.length + 1);
            if (!fill()) {
                ended = true;
                return Arrays.copyOfRange(held, from, end);
            }
            searched = from + beforeFill;
        }
    }

    private void skipLineBreak() throws IOException {
        behindDelimiter = false;
        boolean more = end - from >= 2 || fill() && (end - from >= 2 || fill());
        if (end > from && held[from] == '\n') {
            from++;
        } else if (more && held[from] == '\r' && held[from + 1] == '\n') {
            from += 2;
        }
    }

    private int find(int start) {
        for (int at = start; at + delimiter.length <= end; at++) {
            if (held[at] == delimiter[0] && Arrays.equals(held, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Moves what is held to the front and reads more behind it; says whether there was any. */
    private boolean fill() throws IOException {
        int length = end - from;
        if (length > longestBytes) {
            throw new UserError(name + ": document " + number + " is longer than " + longestBytes
                + " bytes, which is the most between two delimiters; is the delimiter the file's?");
        }
        byte[] target = length > held.length / 2 ? new byte[2 * held.length] : held;
        System.arraycopy(held, from, target, 0, length);
        held = target;
        from = 0;
        end = length;
        int count = in.read(held, end, held.length - end);
        end += Math.max(0, count);
        return count > 0;
    }

    private static boolean isBlank(byte[] document) {
        for (byte b : document) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
