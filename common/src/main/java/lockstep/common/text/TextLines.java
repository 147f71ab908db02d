package lockstep.common.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;

/** The lines of a UTF-8 text, one after the other and each of bounded length. A byte order mark and carriage returns before newlines are left out. */
public final class TextLines implements AutoCloseable {
    /** The longest line, its end left out. */
    public static final int MAX_LINE_BYTES = 1 << 20;

    private final Path name;
    private final InputStream in;
    private long number;

    private TextLines(Path name, InputStream in) {
        this.name = name;
        this.in = in instanceof BufferedInputStream buffered ? buffered : new BufferedInputStream(in);
    }

    public static TextLines open(Path file) {
        try {
            return new TextLines(file, Files.newInputStream(file));
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    /** @param name of what it reads, for errors */
    public static TextLines of(String name, InputStream in) {
        return new TextLines(Path.of(name), in);
    }

    /**
     * The next line, without its end; nothing where the text is at its end.
     *
     * @throws UserError when it is too long or no UTF-8, naming the line
     */
    public Optional<String> next() {
        try {
            int first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
            number++;
            return Optional.of(decode(rest(first)));
        } catch (IOException e) {
            throw FileErrors.translate(name, e);
        }
    }

    private byte[] rest(int first) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = first; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() == MAX_LINE_BYTES) {
                throw wrong("length: found more than " + MAX_LINE_BYTES + " bytes, which is the most");
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    private String decode(byte[] bytes) {
        try {
            String line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            String whole = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
            return whole.endsWith("\r") ? whole.substring(0, whole.length() - 1) : whole;
        } catch (CharacterCodingException e) {
            throw new UserError(name + ": line " + number + ": found bytes that are no UTF-8, expected UTF-8 text", e);
        }
    }

    /** Returns the number of the line that {@link #next} gave last, the first being 1. */
    public long number() {
        return number;
    }

    /** @param what is wrong with the line that {@link #next} gave last: field, what was found, what was expected */
    public UserError wrong(String what) {
        return new UserError(name + ": line " + number + ": " + what);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw FileErrors.translate(name, e);
        }
    }
}
