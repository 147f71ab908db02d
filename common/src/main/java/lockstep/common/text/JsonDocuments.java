package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

import lockstep.common.UserError;

/**
 * The documents of a file of JSON lines: one field of each line's object. Blank lines are skipped. A line without such a string is refused, or left out and counted.
 * Holds one line.
 */
final class JsonDocuments implements Documents {
    static final int LONGEST_LINE_BYTES = JsonField.LONGEST_VALUE_BYTES;
    private static final int FIRST_LINE_BYTES = 1 << 14;
    private static final int SHOWN_CHARS = 200;
    private static final String SKIP = "; --bad-lines skip leaves such lines out";

    private final InputStream in;
    private final String name;
    private final TextReading reading;
    private final CorpusNotes notes;
    private final int longestLineBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] line = new byte[FIRST_LINE_BYTES];
    private long number;
    private long halfPairs;
    private long nuls;

    /**
     * @param in closed with this
     * @param name for messages
     * @param reading whose field's string is the text
     * @param notes told of lines that are left out
     */
    JsonDocuments(InputStream in, String name, TextReading reading, CorpusNotes notes) {
        this(in, name, reading, notes, LONGEST_LINE_BYTES);
    }

    JsonDocuments(InputStream in, String name, TextReading reading, CorpusNotes notes, int longestLineBytes) {
        this.in = in;
        this.name = name;
        this.reading = reading;
        this.notes = notes;
        this.longestLineBytes = longestLineBytes;
    }

    /**
     * The next document, or empty at the end.
     *
     * @throws UserError when a line is no object, lacks the field or is too long, and such lines are refused
     */
    @Override
    public Optional<Document> next() throws IOException {
        while (fill()) {
            number++;
            try {
                Optional<Document> document = readDocument();
                if (document.isPresent()) {
                    return document;
                }
            } catch (BadLine e) {
                UserError refusal = new UserError(name + ": line " + number + " " + e.getMessage(), e);
                if (reading.badLines() == TextReading.BadLines.REFUSE) {
                    throw refusal;
                }
                notes.badLine(name, refusal.getMessage());
            }
        }
        notes.halfPairs(name, halfPairs);
        notes.nuls(name, nuls);
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class BadLine extends Exception {
        private static final long serialVersionUID = 1;

        BadLine(String what) {
            super(what);
        }
    }

    /** Empty where the line is blank. */
    private Optional<Document> readDocument() throws IOException, BadLine {
        // before anything reads the field: a long line gets another array
        int length = readLine();
        String json = new String(line, 0, length, StandardCharsets.UTF_8);
        if (PythonText.isBlank(json)) {
            return Optional.empty();
        }
        String text = parse(json);
        String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
        halfPairs += Utf8.halfPairs(bare);
        nuls += bare.chars().filter(c -> c == 0).count();
        return Optional.of(new Document.Held(Utf8.bytes(bare)));
    }

    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return at < end;
    }

    /** The length of the line, whose end is skipped. */
    private int readLine() throws IOException, BadLine {
        int length = 0;
        boolean tooLong = false;
        boolean ended = false;
        while (!ended && fill()) {
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            int count = stop - at;
            tooLong |= count > longestLineBytes - length;
            if (tooLong && reading.badLines() == TextReading.BadLines.REFUSE) {
                break;
            }
            if (!tooLong) {
                append(length, count);
                length += count;
            }
            ended = stop < end;
            at = ended ? stop + 1 : stop;
        }
        if (tooLong) {
            throw new BadLine("is longer than " + longestLineBytes + " bytes; expected one JSON object a line");
        }
        return length;
    }

    private void append(int length, int count) {
        if (line.length < length + count) {
            line = Arrays.copyOf(line, Math.min(longestLineBytes, Math.max(length + count, 2 * line.length)));
        }
        System.arraycopy(buffer, at, line, length, count);
    }

    private String parse(String json) throws IOException, BadLine {
        String field = reading.field();
        JsonField wanted = new JsonField(field);
        try (JsonParser parser = JsonField.JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadLine("is no JSON object; expected {\"" + field + "\": \"…\"}");
            }
            wanted.read(parser);
            if (parser.nextToken() != null) {
                throw new BadLine("goes on after its object; expected one JSON object a line, as jq -c . makes them");
            }
        } catch (JsonProcessingException e) {
            throw new BadLine(broken(json, e));
        }
        if (wanted.times() > 1) {
            throw new BadLine("field \"" + field + "\": found " + wanted.times() + " times, expected once" + SKIP);
        }
        if (wanted.wrongValue().isPresent()) {
            throw new BadLine("field \"" + field + "\": found " + wanted.wrongValue().get() + ", expected a string" + SKIP);
        }
        if (wanted.text().isEmpty()) {
            throw new BadLine("has no field \"" + field + "\" (it has " + shortened(wanted) + "); name another one by --field");
        }
        return wanted.text().get();
    }

    /** Where the line stops being JSON, in our words. */
    private static String broken(String json, JsonProcessingException e) {
        long column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        if (column > json.length() || PythonText.isBlank(json.substring((int) Math.max(0, column - 1)))) {
            return "is no JSON: the line ends before its object does; expected one JSON object a line, as jq -c . makes them";
        }
        return "is no JSON: it stops being that at character " + column + "; expected one JSON object a line" + SKIP;
    }

    private static String shortened(JsonField wanted) {
        String all = String.join(", ", wanted.others());
        return all.isEmpty() ? "none" : all.length() <= SHOWN_CHARS ? all : all.substring(0, SHOWN_CHARS) + "…";
    }
}
