package lockstep.common.text;

import java.util.Optional;

import lockstep.common.Quantity;
import lockstep.common.UserError;

/** Counts what is no text in bytes that come in pieces: places that are no UTF-8, and NUL bytes. */
final class TextFaults {
    /** At most one byte of so many is no text. English in Latin-1 may have less, any other language in Latin-1 hasn't. */
    static final int ONE_IN = 1_000;

    private long bytes;
    private long malformed;
    private long nuls;
    /** How many bytes the character that has begun still needs, and what the next of them may be. */
    private int needed;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /**
     * More of what is no text than a text may hold.
     *
     * @param found how much of it there is
     * @param advice what to do about it
     */
    record Excess(String found, String advice) {
        UserError refusal(String name) {
            return new UserError(name + ": found " + found + ", expected at most one in " + ONE_IN + " bytes; " + advice);
        }
    }

    void look(byte[] text, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (needed == 0 && text[i] > 0) {
                continue;
            }
            int b = Byte.toUnsignedInt(text[i]);
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
    }

    /** A character that has begun is cut by the end of the text. */
    void end() {
        malformed += needed > 0 ? 1 : 0;
        needed = 0;
    }

    long bytes() {
        return bytes;
    }

    long malformed() {
        return malformed;
    }

    long nuls() {
        return nuls;
    }

    /** Says what is too much in a text of so many bytes; nothing where all is well. */
    Optional<Excess> excess(long ofBytes) {
        if (malformed > ofBytes / ONE_IN) {
            return Optional
                .of(new Excess(Quantity.of(malformed, "place that is", "places that are") + " no UTF-8 in " + Quantity.of(bytes, "byte"),
                    "where it is text in another encoding, iconv -f ISO-8859-1 -t UTF-8 FILE > NEW_FILE makes UTF-8 of Latin-1; any other has its own name behind -f, WINDOWS-1252, GB18030, SHIFT_JIS, KOI8-R …"));
        }
        return nuls > ofBytes / ONE_IN
            ? Optional.of(new Excess(Quantity.of(nuls, "NUL byte") + " in " + Quantity.of(bytes, "byte"), "this is no plain text"))
            : Optional.empty();
    }

    /** The ranges of Unicode's table 3-7: neither overlong forms nor surrogates nor what is beyond U+10FFFF. */
    private void begin(int b) {
        needed = b < 0xC2 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : 0;
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        malformed += b >= 0x80 && needed == 0 ? 1 : 0;
        nuls += b == 0 ? 1 : 0;
    }
}
