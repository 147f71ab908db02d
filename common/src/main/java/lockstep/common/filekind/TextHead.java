package lockstep.common.filekind;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Tells text by the first bytes of a file. */
public final class TextHead {
    private static final String LAYOUT = "\t\n\u000b\f\r\u001b\b";

    private TextHead() {}

    /**
     * Says whether the bytes are UTF-8, but for a character that their end cuts, and hold no control characters but those that lay out a text. The character U+FFFD,
     * which decoders put in the place of what is no UTF-8, is a character like any other where it stands in the bytes themselves.
     */
    public static boolean isText(byte[] head) {
        CharBuffer text = CharBuffer.allocate(head.length);
        boolean broken = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(head), text, false).isError();
        return !broken && text.flip().chars().noneMatch(c -> c < ' ' && LAYOUT.indexOf(c) < 0);
    }
}
