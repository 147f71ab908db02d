package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import lockstep.common.filekind.FileKind;

/** Tells text, JSON lines and other files apart by their first kilobyte, and JSON by its first value. */
final class TextProbe {
    private static final int HEAD_BYTES = FileKind.HEAD_BYTES;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int MARK_BYTES = 3;
    private static final Pattern OBJECT = Pattern.compile("\\s*\\{\\s*\"");

    private TextProbe() {}

    /**
     * @param file the file, as it was listed
     * @param content of it
     */
    record Probed(StoredText file, Content content) {}

    /** @param reading that says what JSON is read as, and which field of its lines holds the text */
    static Probed probe(StoredText file, TextReading reading) throws IOException {
        try (InputStream in = new BufferedInputStream(file.openPlain(bytes -> {}))) {
            in.mark(HEAD_BYTES);
            byte[] head = in.readNBytes(HEAD_BYTES);
            in.reset();
            Optional<Content> other = other(file, head);
            if (other.isPresent()) {
                return new Probed(file, other.get());
            }
            String start = new String(head, StandardCharsets.UTF_8);
            boolean marked = !start.isEmpty() && start.charAt(0) == BYTE_ORDER_MARK;
            String bare = (marked ? start.substring(1) : start).stripLeading();
            StoredText text = file.withMark(marked ? MARK_BYTES : 0);
            in.skipNBytes(text.markBytes());
            boolean mayBeJson = reading.json() == TextReading.Json.LINES && mayBeJson(bare, text.promise());
            return new Probed(text, mayBeJson ? json(bare, text, reading.field()).look(in) : new Content.Text());
        }
    }

    private static boolean mayBeJson(String start, StoredText.Promise promise) {
        return start.startsWith("{") || start.startsWith("[") || promise == StoredText.Promise.JSON
            || promise == StoredText.Promise.JSON_LINES;
    }

    private static JsonProbe json(String start, StoredText text, String field) {
        return new JsonProbe(text.promise(), field, switch (text.promise()) {
            case JSON_LINES -> new Content.JsonLines(); // whose reader names the line
            case JSON -> looksLikeLines(start) ? new Content.JsonLines() : new Content.NoJson();
            case TABLE, NOTHING -> new Content.Text();
        });
    }

    /** Most lines of the file's start begin as a JSON object does, so that one that is none is a broken line among others. */
    private static boolean looksLikeLines(String start) {
        List<String> lines = start.lines().filter(line -> !PythonText.isBlank(line)).toList();
        return 2 * lines.stream().filter(line -> OBJECT.matcher(line).lookingAt()).count() > lines.size();
    }

    /** The content of a file that is no text, and so no JSON either. */
    private static Optional<Content> other(StoredText file, byte[] head) {
        Optional<FileKind> kind = FileKind.of(head).filter(found -> found.family() != FileKind.Family.PAGE);
        if (head.length > 0 && kind.isPresent()) {
            return kind.map(Content.OfKind::new);
        }
        if (file.isMisnamed()) {
            return Optional.of(new Content.Misnamed());
        }
        return head.length == 0 ? Optional.of(new Content.Empty()) : broken(file, head).map(Content.Broken::new);
    }

    /** More of what is no text than the whole file may hold stands in its first kilobyte: then its end can't change that. */
    private static Optional<TextFaults.Excess> broken(StoredText file, byte[] head) {
        TextFaults faults = new TextFaults();
        faults.look(head, 0, head.length);
        if (head.length < HEAD_BYTES) {
            faults.end();
            return faults.excess(head.length);
        }
        return faults.excess(file.mostBytes());
    }
}
