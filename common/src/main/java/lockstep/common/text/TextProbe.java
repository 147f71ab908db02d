package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Tells text from other files by the first kilobyte. */
final class TextProbe {
    private static final int HEAD_BYTES = 1024;

    private TextProbe() {}

    enum Verdict {
        TEXT, EMPTY, NUL_BYTE, NOT_UTF8
    }

    static Verdict probe(InputStream in) throws IOException {
        byte[] head = in.readNBytes(HEAD_BYTES);
        if (head.length == 0) {
            return Verdict.EMPTY;
        }
        for (byte b : head) {
            if (b == 0) {
                return Verdict.NUL_BYTE;
            }
        }
        boolean whole = head.length < HEAD_BYTES;
        boolean malformed =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(head), CharBuffer.allocate(HEAD_BYTES), whole).isError();
        return malformed ? Verdict.NOT_UTF8 : Verdict.TEXT;
    }
}
