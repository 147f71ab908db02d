package lockstep.common.filekind;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells a kind of files by the first bytes of a file. */
@FunctionalInterface
interface Magic {
    /** Shorter heads say nothing about where NUL bytes stand. */
    int LEAST_ALTERNATING_BYTES = 8;
    /** Shorter heads decode to characters of some kind by chance. */
    int LEAST_WIDE_BYTES = 64;
    int ONE_CONTROL_BYTE_IN = 50;
    int ONE_BETWEEN_WORDS_IN = 64;
    /** Blanks, ends of lines and what stands between words and sentences, in Chinese and Japanese, too. */
    String BETWEEN_WORDS = " \n,.\u3000\u3001\u3002\uFF0C";
    int ZIP_NAME_LENGTH = 26;
    int ZIP_NAME = 30;

    boolean fits(byte[] head);

    /** @param pattern two hexadecimal digits a byte, with ? for any digit */
    static Magic hex(String pattern) {
        return at(0, pattern);
    }

    /** @param pattern of the bytes from the offset on, as for {@link #hex} */
    static Magic at(int offset, String pattern) {
        int length = pattern.length() / 2;
        byte[] mask = new byte[length];
        byte[] value = new byte[length];
        for (int i = 0; i < length; i++) {
            String digits = pattern.substring(2 * i, 2 * i + 2);
            mask[i] = (byte) Integer.parseInt(digits.replaceAll("[0-9a-f]", "f").replace('?', '0'), 16);
            value[i] = (byte) Integer.parseInt(digits.replace('?', '0'), 16);
        }
        return head -> {
            boolean fits = head.length >= offset + length;
            for (int i = 0; fits && i < length; i++) {
                fits = (head[offset + i] & mask[i]) == value[i];
            }
            return fits;
        };
    }

    /** A file that begins with this text in any case, behind a byte order mark and blanks where it has them, though all of it may be text. */
    static Magic text(String start) {
        return head -> {
            String text = new String(head, StandardCharsets.UTF_8);
            String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return bare.stripLeading().toLowerCase(Locale.ROOT).startsWith(start.toLowerCase(Locale.ROOT));
        };
    }

    /** A file that begins with these letters, as a text may, and holds what no text does. */
    static Magic binary(String letters) {
        byte[] start = letters.getBytes(StandardCharsets.US_ASCII);
        return head -> startsWith(head, start) && !TextHead.isText(head);
    }

    /** A ZIP file whose first entry's name matches. */
    static Magic zip(String nameRegex) {
        Magic signature = hex("504b0304");
        Pattern name = Pattern.compile(nameRegex);
        return head -> {
            if (!signature.fits(head) || head.length < ZIP_NAME) {
                return false;
            }
            int length = Byte.toUnsignedInt(head[ZIP_NAME_LENGTH]) | Byte.toUnsignedInt(head[ZIP_NAME_LENGTH + 1]) << 8;
            int held = Math.min(length, head.length - ZIP_NAME);
            return name.matcher(new String(head, ZIP_NAME, held, StandardCharsets.UTF_8)).matches();
        };
    }

    /**
     * Text of two bytes a character without a byte order mark: in the one half of the bytes nearly all are NUL, in the other one hardly any.
     *
     * @param offset of the first byte of the half that is NUL
     */
    static Magic alternating(int offset) {
        return head -> {
            int nul = 0;
            int other = 0;
            for (int i = 0; i + 1 < head.length; i += 2) {
                nul += head[i + offset] == 0 ? 1 : 0;
                other += head[i + 1 - offset] == 0 ? 1 : 0;
            }
            return head.length >= LEAST_ALTERNATING_BYTES && 4 * nul >= 3 * (head.length / 2) && other == 0;
        };
    }

    /**
     * Text in a wide encoding without a byte order mark, in any script: it holds bytes that no text of narrow characters has, and decodes to characters that all exist, with a blank, a line's end or a mark of
     * punctuation now and then.
     */
    static Magic wide(Charset charset) {
        return head -> {
            int control = 0;
            for (byte b : head) {
                control += b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' ? 1 : 0;
            }
            return head.length >= LEAST_WIDE_BYTES && ONE_CONTROL_BYTE_IN * control >= head.length && decodesToText(head, charset);
        };
    }

    private static boolean decodesToText(byte[] head, Charset charset) {
        CharBuffer text = CharBuffer.allocate(head.length);
        if (charset.newDecoder().decode(ByteBuffer.wrap(head), text, false).isError()) {
            return false;
        }
        int[] points = text.flip().codePoints().toArray();
        long between = Arrays.stream(points).filter(point -> BETWEEN_WORDS.indexOf(point) >= 0).count();
        return ONE_BETWEEN_WORDS_IN * between >= points.length && Arrays.stream(points).allMatch(Magic::isOfText);
    }

    private static boolean isOfText(int point) {
        return switch (Character.getType(point)) {
            case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> false;
            case Character.CONTROL -> point == '\t' || point == '\n' || point == '\r';
            default -> true;
        };
    }

    private static boolean startsWith(byte[] head, byte[] start) {
        boolean fits = head.length >= start.length;
        for (int i = 0; fits && i < start.length; i++) {
            fits = head[i] == start[i];
        }
        return fits;
    }
}
