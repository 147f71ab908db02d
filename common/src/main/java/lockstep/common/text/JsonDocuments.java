package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import lockstep.common.UserError;

/** The documents of a file of JSON lines: one field of each line's object. Blank lines are skipped. Holds one line. */
final class JsonDocuments implements AutoCloseable {
    static final int LONGEST_LINE_BYTES = 32 << 20;
    private static final int FIRST_LINE_BYTES = 1 << 14;
    private static final JsonFactory JSON = JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_LINE_BYTES).build()).build();

    private final InputStream in;
    private final String name;
    private final String field;
    private final int longestLineBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] line = new byte[FIRST_LINE_BYTES];
    private long number;

    /**
     * @param in closed with this
     * @param name for messages
     * @param field whose string is the text
     */
    JsonDocuments(InputStream in, String name, String field) {
        this(in, name, field, LONGEST_LINE_BYTES);
    }

    JsonDocuments(InputStream in, String name, String field, int longestLineBytes) {
        this.in = in;
        this.name = name;
        this.field = field;
        this.longestLineBytes = longestLineBytes;
    }

    /**
     * The next document, or empty at the end.
     *
     * @throws UserError when a line is no object, lacks the field or is too long
     */
    Optional<Document> next() throws IOException {
        while (fill()) {
            number++;
            // before anything reads the field: a long line gets another array
            int length = readLine();
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            if (number == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            if (!text.isBlank()) {
                return Optional.of(new Document.Line(Utf8.bytes(parse(text))));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return at < end;
    }

    /** The length of the line, whose end is skipped. */
    private int readLine() throws IOException {
        int length = 0;
        while (fill()) {
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            int count = stop - at;
            if (count > longestLineBytes - length) {
                throw wrong("is longer than " + longestLineBytes + " bytes; expected one JSON object a line");
            }
            if (line.length < length + count) {
                line = Arrays.copyOf(line, Math.min(longestLineBytes, Math.max(length + count, 2 * line.length)));
            }
            System.arraycopy(buffer, at, line, length, count);
            length += count;
            at = stop;
            if (stop < end) {
                at++;
                break;
            }
        }
        return length;
    }

    private String parse(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("is no JSON object; expected {\"" + field + "\": \"…\"}");
            }
            Optional<String> text = Optional.empty();
            List<String> others = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean wanted = parser.currentName().equals(field);
                JsonToken value = parser.nextToken();
                if (wanted && value == JsonToken.VALUE_STRING) {
                    text = Optional.of(parser.getText());
                } else if (wanted) {
                    throw wrong("field \"" + field + "\": found " + value + ", expected a string");
                } else {
                    others.add(parser.currentName());
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw wrong("goes on after its object; expected one JSON object a line");
            }
            return text
                .orElseThrow(() -> wrong("has no field \"" + field + "\" (it has " + shortened(others) + "); name another one by --field"));
        } catch (JsonProcessingException e) {
            throw new UserError(message("is no JSON: " + e.getOriginalMessage().replaceAll("\\s+", " ")), e);
        } catch (IOException e) {
            throw new UserError(message("is no JSON: " + e.getMessage()), e);
        }
    }

    private static String shortened(List<String> names) {
        String all = String.join(", ", names);
        return all.isEmpty() ? "none" : all.length() <= 200 ? all : all.substring(0, 200) + "…";
    }

    private UserError wrong(String what) {
        return new UserError(message(what));
    }

    private String message(String what) {
        return name + ": line " + number + " " + what;
    }
}
