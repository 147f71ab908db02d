package lockstep.common.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class TarReaderTest {
    private static final int MOST_BYTES = 10_000;
    private static final byte[] NONE = new byte[0];

    @Test
    void filesComeOneAfterTheOtherWithTheirBytes() throws IOException {
        byte[] archive = new TarBlocks().entry('5', "./", "0", NONE).file("./a", text("A")).file("empty", NONE)
            .entry('\0', "b/c", "1000 ", text("B".repeat(512))).file("d", text("D".repeat(513))).end();
        assertEquals(List.of("./a=A", "empty=", "b/c=" + "B".repeat(512), "d=" + "D".repeat(513)), read(archive));
    }

    @Test
    void whatWasNotReadIsPassedOver() throws IOException {
        byte[] archive = new TarBlocks().file("a", text("A".repeat(5_000))).file("b", text("B")).end();
        try (TarReader reader = open(archive)) {
            assertEquals(Optional.of(new TarFile("a", 5_000)), reader.next());
            assertEquals('A', reader.content().read());
            assertEquals(Optional.of(new TarFile("b", 1)), reader.next());
            assertEquals("B", new String(reader.content().readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(-1, reader.content().read());
            assertEquals(Optional.empty(), reader.next());
        }
    }

    @Test
    void aPrefixIsPartOfTheNameWhereTheHeaderIsPosixs() throws IOException {
        byte[] posix = TarBlocks.header('0', "name", "0");
        TarBlocks.put(posix, 345, "some/where");
        assertEquals("some/where/name", first(posix));
        byte[] gnu = TarBlocks.header('0', "name", "0");
        TarBlocks.put(gnu, 257, "ustar  \0");
        TarBlocks.put(gnu, 345, "12345670123");
        assertEquals("name", first(gnu));
    }

    private static String first(byte[] header) throws IOException {
        byte[] archive = Arrays.copyOf(TarBlocks.withChecksum(header), 1536);
        try (TarReader reader = open(archive)) {
            return reader.next().orElseThrow().name();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../a", "a/../../b", "a/..", "..", "a\\..\\b", "", "a\nb", "a\u202eb", "a\u2028b"})
    void namesThatLeadOutOrCantBePrintedAreRefused(String name) {
        assertTrue(refused(new TarBlocks().file(name, text("x")).end()).startsWith("t: name: found \""));
    }

    @Test
    void linksDevicesAndOtherThingsAreRefused() {
        for (char kind : new char[] {'1', '2'}) {
            assertEquals("t: a: is a link, expected files alone", refused(new TarBlocks().entry(kind, "a", "0", NONE).end()));
        }
        for (char kind : new char[] {'3', '4', '6', '7', 'S', 'L', 'K', 'M', 'V', 'A', '\u007f'}) {
            assertEquals(String.format("t: a: kind: found 0x%02x, expected files and directories alone", (int) kind),
                refused(new TarBlocks().entry(kind, "a", "0", NONE).end()));
        }
    }

    @Test
    void absurdSizesAreRefusedBeforeAnyByteIsRead() {
        assertEquals("t: a: size: found 10001 bytes, expected at most 10000",
            refused(new TarBlocks().entry('0', "a", Long.toOctalString(10_001), NONE).end()));
        assertTrue(refused(new TarBlocks().entry('0', "a", "777777777777", NONE).end()).contains("found 68719476735 bytes"));
        assertEquals("t: a: size: found 1 bytes, expected at most 0", refused(new TarBlocks().entry('5', "a", "1", NONE).end()));
        assertTrue(refused(new TarBlocks().entry('x', "a", "7777777", NONE).end()).contains("expected at most 65536"));
        for (String size : new String[] {"", "-1", "12x", "9", "\u0080\0\0\0\0\0\0\0\0\1"}) {
            assertTrue(refused(new TarBlocks().entry('0', "a", size, NONE).end()).startsWith("t: size: found \""), size);
        }
    }

    @Test
    void paxMayTellOfTimesButNotOfNamesAndSizes() throws IOException {
        String times = "30 mtime=1684000000.250000000\n29 LIBARCHIVE.creationtime=1\n";
        TarBlocks told = new TarBlocks().entry('g', "g", Integer.toOctalString(times.length()), text(times));
        assertEquals(List.of("a=A"), read(told.file("a", text("A")).end()));
        for (String key : new String[] {"path", "size", "linkpath", "GNU.sparse.size"}) {
            String record = (key.length() + 6) + " " + key + "=1\n";
            assertTrue(refused(pax(record)).startsWith("t: extended header: found " + key.replace(".size", "")), key);
        }
        for (String record : new String[] {"x", "0 a=1\n", "2 a=1\n", "99 a=1\n", "-5 a=1\n", " a=1\n", "999999999999 a=1\n"}) {
            assertEquals("t: extended header: found a record of no sensible length; the archive is damaged", refused(pax(record)), record);
        }
    }

    private static byte[] pax(String record) {
        return new TarBlocks().entry('x', "p", Integer.toOctalString(record.length()), text(record)).file("a", text("A")).end();
    }

    @Test
    void anArchiveThatIsCutAnywhereIsRefused() {
        byte[] whole = new TarBlocks().file("a", text("A".repeat(700))).file("b", text("B")).end();
        for (int length = 0; length <= whole.length - 1024; length++) {
            assertEquals("t: the archive ends in the middle; is the file whole? Copy or download it again",
                refused(Arrays.copyOf(whole, length)), "length " + length);
        }
    }

    @Test
    void moreBehindTheEndThanTarFillsARecordWithIsRefused() throws IOException {
        byte[] whole = new TarBlocks().file("a", text("A")).end();
        assertEquals(List.of("a=A"), read(Arrays.copyOf(whole, 10_240)));
        assertTrue(refused(Arrays.copyOf(whole, 2 << 20)).contains("behind the end of the archive"));
    }

    @Test
    void anythingButZerosBehindTheEndIsRefused() throws IOException {
        byte[] whole = new TarBlocks().file("a", text("A")).end();
        byte[] second = new TarBlocks().file("b", text("B")).end();
        byte[] both = Arrays.copyOf(whole, whole.length + second.length);
        System.arraycopy(second, 0, both, whole.length, second.length);
        assertEquals("t: found data behind the end of the archive, expected zeros; are these two archives in one file?", refused(both));
        assertEquals("t: the archive ends in the middle; is the file whole? Copy or download it again",
            refused(Arrays.copyOf(whole, whole.length - 100)));
        assertEquals(List.of("a=A"), read(Arrays.copyOf(whole, whole.length - 512)));
    }

    @Test
    void tooManyEntriesAreRefused() {
        TarBlocks many = new TarBlocks();
        for (int i = 0; i <= 10_000; i++) {
            many.file("a", NONE);
        }
        assertEquals("t: entries: found more than 10000, which is the most", refused(many.end()));
    }

    @Test
    void flippedBitsAreRefusedOrOtherTextAndNeverAnotherFailure() throws IOException {
        Random random = new Random(20261128);
        String times = "30 mtime=1684000000.250000000\n";
        byte[] whole = new TarBlocks().entry('x', "p", Integer.toOctalString(times.length()), text(times)).file("a", text("A".repeat(700)))
            .file("b/c", text("B")).end();
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(broken);
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1_000 && refused < 4_000, refused + " refused");
    }

    private static String refused(byte[] archive) {
        String message = assertThrows(UserError.class, () -> read(archive)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static List<String> read(byte[] archive) throws IOException {
        List<String> files = new ArrayList<>();
        try (TarReader reader = open(archive)) {
            for (Optional<TarFile> file = reader.next(); file.isPresent(); file = reader.next()) {
                String content = new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(file.get().bytes(), content.length());
                files.add(file.get().name() + "=" + content);
            }
        }
        return files;
    }

    private static TarReader open(byte[] archive) {
        return new TarReader(new ByteArrayInputStream(archive), "t", MOST_BYTES);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
