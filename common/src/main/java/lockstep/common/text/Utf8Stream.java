package lockstep.common.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns the bytes of tokens into text as they come. The start of a character is held back until its rest arrives; bytes that are no UTF-8 become U+FFFD. Not for several threads.
 */
public final class Utf8Stream implements ByteSink {
    private static final int CHUNK = 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private final Consumer<String> out;
    private final Function<CharSequence, String> filter;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer held = ByteBuffer.allocate(CHUNK);
    private final CharBuffer chars = CharBuffer.allocate(CHUNK + 1);

    private Utf8Stream(Consumer<String> out, Function<CharSequence, String> filter) {
        this.out = out;
        this.filter = filter;
    }

    /**
     * Text for a terminal, as {@link #printable} has it.
     *
     * @param out takes text that is whole characters; never empty
     */
    public Utf8Stream(Consumer<String> out) {
        this(out, Utf8Stream::printable);
    }

    /** Text for programs: every character as it is. */
    public static Utf8Stream verbatim(Consumer<String> out) {
        return new Utf8Stream(out, CharSequence::toString);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            int part = Math.min(end - at, held.remaining());
            held.put(bytes, at, part);
            at += part;
            decode(false);
        }
    }

    /** The text ends: an unfinished character becomes U+FFFD. The stream can be used again. */
    public void finish() {
        decode(true);
        decoder.reset();
    }

    private void decode(boolean end) {
        held.flip();
        decoder.decode(held, chars, end);
        if (end) {
            decoder.flush(chars);
        }
        held.compact();
        chars.flip();
        String text = filter.apply(chars);
        chars.clear();
        if (!text.isEmpty()) {
            out.accept(text);
        }
    }

    /** Control characters become U+FFFD (a model of bytes may well say ESC), but tab and newline; a carriage return is dropped. */
    public static String printable(CharSequence text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                printable.append(c);
            } else if (c != '\r') {
                printable.append(REPLACEMENT);
            }
        }
        return printable.toString();
    }
}
