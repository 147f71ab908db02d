package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import lockstep.common.filekind.FileKind;

/** Tells text, JSON lines and other files by their first kilobyte, and JSON by its first value. */
final class TextProbe {
    private static final int HEAD_BYTES = FileKind.HEAD_BYTES;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int MARK_BYTES = 3;

    private TextProbe() {}

    /**
     * @param file the file, as it was listed
     * @param content of it
     */
    record Probed(StoredText file, Content content) {}

    /** @param field of JSON lines */
    static Probed probe(StoredText file, String field) throws IOException {
        try (InputStream in = new BufferedInputStream(file.openPlain(bytes -> {}))) {
            in.mark(HEAD_BYTES);
            byte[] head = in.readNBytes(HEAD_BYTES);
            in.reset();
            Optional<Content> other = other(head);
            if (other.isPresent()) {
                return new Probed(file, other.get());
            }
            String start = new String(head, StandardCharsets.UTF_8);
            boolean marked = !start.isEmpty() && start.charAt(0) == BYTE_ORDER_MARK;
            String bare = (marked ? start.substring(1) : start).stripLeading();
            StoredText text = file.withMark(marked ? MARK_BYTES : 0);
            in.skipNBytes(text.markBytes());
            Content content = mayBeJson(bare, text.promise()) ? new JsonProbe(text.promise(), field).look(in) : new Content.Text();
            return new Probed(text, content instanceof Content.Text && isMalformed(head) ? new Content.NotUtf8() : content);
        }
    }

    private static boolean mayBeJson(String start, StoredText.Promise promise) {
        return start.startsWith("{") || start.startsWith("[") || promise == StoredText.Promise.JSON
            || promise == StoredText.Promise.JSON_LINES;
    }

    private static boolean isMalformed(byte[] head) {
        boolean whole = head.length < HEAD_BYTES;
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(head), CharBuffer.allocate(HEAD_BYTES), whole).isError();
    }

    /** What is no text, and so neither JSON. */
    private static Optional<Content> other(byte[] head) {
        if (head.length == 0) {
            return Optional.of(new Content.Empty());
        }
        Optional<FileKind> kind = FileKind.of(head).filter(found -> found.family() != FileKind.Family.PAGE);
        if (kind.isPresent()) {
            return kind.map(Content.OfKind::new);
        }
        for (byte b : head) {
            if (b == 0) {
                return Optional.of(new Content.NulByte());
            }
        }
        return Optional.empty();
    }
}
