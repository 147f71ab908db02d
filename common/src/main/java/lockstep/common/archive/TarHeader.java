package lockstep.common.archive;

import java.nio.charset.StandardCharsets;

import lockstep.common.UserError;

/** One block of 512 bytes that says what comes next: POSIX's ustar, or the older form without its magic number. */
final class TarHeader {
    static final int BYTES = 512;

    private static final int NAME_BYTES = 100;
    private static final int SIZE = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int KIND = 156;
    private static final int MAGIC = 257;
    private static final int MAGIC_BYTES = 6;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    /** With a NUL behind it POSIX's; GNU's older form has a blank there, and other things than a prefix at its place. */
    private static final String USTAR = "ustar";
    /** A control character, a replacement for bytes that are no UTF-8, or a separator of lines: it would not stay on a message's one line. */
    private static final String UNPRINTABLE = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\uFFFD]";

    private final byte[] block;
    private final String archive;

    /** @param archive for messages */
    TarHeader(byte[] block, String archive) {
        this.block = block;
        this.archive = archive;
    }

    /** Two blocks of zeros end an archive. */
    boolean isEnd() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** @throws UserError when this is no header: in the middle of something else, or damaged */
    void requireSound() {
        long sum = 0;
        for (int i = 0; i < BYTES; i++) {
            boolean blank = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;
            sum += blank ? ' ' : Byte.toUnsignedInt(block[i]);
        }
        long expected = octal("checksum", CHECKSUM, CHECKSUM_BYTES);
        if (sum != expected) {
            throw new UserError(
                archive + ": checksum of a header: found " + sum + ", expected " + expected + "; this is no tar archive, or a damaged one");
        }
    }

    /** Which kind of thing it is, as a letter or digit of the format. */
    char kind() {
        return (char) Byte.toUnsignedInt(block[KIND]);
    }

    long size() {
        return octal("size", SIZE, SIZE_BYTES);
    }

    /** @throws UserError when the name would lead out of a directory, or can't be printed */
    String name() {
        String name = text(0, NAME_BYTES);
        String prefix = text(MAGIC, MAGIC_BYTES).equals(USTAR) ? text(PREFIX, PREFIX_BYTES) : "";
        String whole = prefix.isEmpty() ? name : prefix + "/" + name;
        String printable = whole.replaceAll(UNPRINTABLE, "?");
        boolean leadsOut = whole.startsWith("/") || whole.contains("\\") || ("/" + whole + "/").contains("/../");
        if (whole.isEmpty() || leadsOut || !printable.equals(whole)) {
            throw new UserError(
                archive + ": name: found \"" + printable + "\", expected a relative path without \"..\"; take no archive from there");
        }
        return whole;
    }

    private long octal(String field, int at, int bytes) {
        String text = text(at, bytes).strip();
        if (!text.matches("[0-7]{1,12}")) {
            throw new UserError(archive + ": " + field + ": found \"" + text.replaceAll(UNPRINTABLE, "?")
                + "\", expected an octal number; this is no tar archive, a damaged one, or one of files beyond 8 GiB");
        }
        return Long.parseLong(text, 8);
    }

    private String text(int at, int mostBytes) {
        int length = 0;
        while (length < mostBytes && block[at + length] != 0) {
            length++;
        }
        return new String(block, at, length, StandardCharsets.UTF_8);
    }
}
