package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import lockstep.common.UserError;
import lockstep.common.stream.BlockStream;

/**
 * The bytes of a text file as they become tokens: without the byte order mark at its start, and with a count of what is no text. A file with more of that than one
 * byte in {@value #ONE_IN} is refused, since it is in another encoding, or no text at all.
 */
final class TextStream extends BlockStream {
    /** What is no text: at most one byte of so many. English in Latin-1 may have less, any other language in Latin-1 hasn't. */
    static final int ONE_IN = 1_000;

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String name;
    private final long mostMalformed;
    private final CorpusNotes notes;
    private byte[] start = new byte[0];
    private int startAt;
    private boolean started;
    private boolean ended;
    private long bytes;
    private long malformed;
    private long nuls;
    /** How many bytes the character that has begun still needs, and what the next of them may be. */
    private int needed;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /**
     * @param in closed with this
     * @param name for messages
     * @param mostBytes of the file, {@link Long#MAX_VALUE} where only its end will tell: with the size known, a file in another encoding is refused early
     * @param notes told at the end of the file, whenever it is read to there
     */
    TextStream(InputStream in, String name, long mostBytes, CorpusNotes notes) {
        super(in);
        this.name = name;
        this.mostMalformed = mostBytes / ONE_IN;
        this.notes = notes;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = readPast(target, offset, length);
        if (count < 0) {
            end();
            return -1;
        }
        look(target, offset, count);
        return count;
    }

    private int readPast(byte[] target, int offset, int length) throws IOException {
        if (!started) {
            started = true;
            start = in.readNBytes(MARK.length);
            startAt = Arrays.equals(start, MARK) ? MARK.length : 0;
        }
        if (startAt < start.length) {
            int count = Math.min(length, start.length - startAt);
            System.arraycopy(start, startAt, target, offset, count);
            startAt += count;
            return count;
        }
        return in.read(target, offset, length);
    }

    private void look(byte[] target, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (needed == 0 && target[i] > 0) {
                continue;
            }
            int b = Byte.toUnsignedInt(target[i]);
            if (needed > 0 && b >= lowest && b <= highest) {
                needed--;
                lowest = 0x80;
                highest = 0xBF;
            } else {
                malformed += needed > 0 ? 1 : 0;
                begin(b);
            }
        }
        bytes += count;
        if (malformed > mostMalformed) {
            throw tooMuch();
        }
    }

    /** The ranges of Unicode's table 3-7: neither overlong forms nor surrogates nor what is beyond U+10FFFF. */
    private void begin(int b) {
        needed = b < 0xC2 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : 0;
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        malformed += b >= 0x80 && needed == 0 ? 1 : 0;
        nuls += b == 0 ? 1 : 0;
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        malformed += needed > 0 ? 1 : 0;
        needed = 0;
        if (malformed > bytes / ONE_IN) {
            throw tooMuch();
        }
        if (nuls > bytes / ONE_IN) {
            throw new UserError(name + ": holds " + nuls + " NUL bytes of " + bytes + ", expected at most one in " + ONE_IN
                + "; this is no plain text");
        }
        notes.malformed(name, malformed);
        notes.nuls(name, nuls);
    }

    private UserError tooMuch() {
        return new UserError(
            name + ": found " + malformed + " places that are no UTF-8 in " + bytes + " bytes, expected at most one in " + ONE_IN
                + " bytes; where it is text in another encoding, iconv -f ISO-8859-1 -t UTF-8 FILE > NEW_FILE makes UTF-8 of Latin-1");
    }
}
