package lockstep.common.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Letters, numbers and white space of Unicode 16.0, whatever version of Unicode the JDK has: which characters a token may hold depends on them, and so do the weights.
 * The classes are those of the regular expressions of tiktoken 0.14, {@code \p{L}}, {@code \p{N}} and {@code \s}. Surrogates have none.
 */
final class Unicode16 {
    static final byte NO_CLASS = 0;
    static final byte LETTER = 1;
    static final byte NUMBER = 2;
    static final byte SPACE = 3;

    private static final String RESOURCE = "unicode-16.txt";
    private static final byte[] CLASSES = read();

    private Unicode16() {}

    /** One of {@link #NO_CLASS}, {@link #LETTER}, {@link #NUMBER} and {@link #SPACE}. */
    static byte classOf(int codePoint) {
        return codePoint < CLASSES.length ? CLASSES[codePoint] : NO_CLASS;
    }

    private static byte[] read() {
        try (InputStream in = Unicode16.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + ": the resource is missing");
            }
            return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lines a class, its first and its last code point in hexadecimal digits, or a comment after # */
    private static byte[] read(List<String> lines) {
        byte[] classes = new byte[Character.MAX_CODE_POINT + 1];
        int end = 0;
        for (String line : lines) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split(" ", -1);
            byte value = switch (fields[0]) {
                case "letter" -> LETTER;
                case "number" -> NUMBER;
                case "space" -> SPACE;
                default -> throw new IllegalStateException(RESOURCE + ": found " + line);
            };
            int past = Integer.parseInt(fields[2], 16) + 1;
            Arrays.fill(classes, Integer.parseInt(fields[1], 16), past, value);
            end = Math.max(end, past);
        }
        return Arrays.copyOf(classes, end);
    }
}
