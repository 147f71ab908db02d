package lockstep.common.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Turns the bytes of tokens into text for a terminal as they come. The start of a character is held back until its rest arrives; bytes
 * that are no UTF-8 become
 * U+FFFD, and so do control characters (a model of bytes may well say ESC), but tab and newline; a carriage return is dropped. Not for
 * several threads.
 */
public final class Utf8Stream implements ByteSink {
    private static final int CHUNK = 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private final Consumer<String> out;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer held = ByteBuffer.allocate(CHUNK);
    private final CharBuffer chars = CharBuffer.allocate(CHUNK + 1);

    /** @param out takes text that is whole characters; never empty */
    public Utf8Stream(Consumer<String> out) {
        this.out = out;
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
        String text = printable(chars);
        chars.clear();
        if (!text.isEmpty()) {
            out.accept(text);
        }
    }

    private static String printable(CharSequence text) {
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
