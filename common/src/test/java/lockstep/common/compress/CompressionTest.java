package lockstep.common.compress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import io.airlift.compress.zstd.ZstdOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class CompressionTest {
    private static final byte[] TEXT = text(5_000);
    /** More would be an answer to another file. */
    private static final int MOST_BYTES = 16 << 20;

    @Test
    void theEndOfTheNameSaysHowAFileIsCompressed() {
        assertEquals(Compression.GZIP, Compression.of("a.txt.gz"));
        assertEquals(Compression.ZSTD, Compression.of("a.zst"));
        assertEquals(Compression.NONE, Compression.of("gz"));
        assertEquals("a.txt", Compression.GZIP.bareName("a.txt.gz"));
        assertEquals("a.txt", Compression.NONE.bareName("a.txt"));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatWasCompressedComesBack(Compression compression) throws IOException {
        for (int size : new int[] {0, 1, 65_535, 65_536, 1_000_000}) {
            byte[] text = text(size);
            assertArrayEquals(text, read(compression, compress(compression, text)), "size " + size);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = {"GZIP", "ZSTD"})
    void severalMembersOneAfterTheOtherAreOneText(Compression compression) throws IOException {
        byte[] two = concat(compress(compression, TEXT), compress(compression, TEXT));
        assertArrayEquals(concat(TEXT, TEXT), read(compression, two));
        InputStream trickle = new FilterInputStream(new ByteArrayInputStream(two)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1));
            }

            @Override
            public int available() {
                return 0;
            }
        };
        try (InputStream in = compression.open(trickle, "f")) {
            assertArrayEquals(concat(TEXT, TEXT), in.readAllBytes());
        }
    }

    @Test
    void aSecondMemberWithABrokenHeaderIsNoEndOfTheFile() throws IOException {
        byte[] one = compress(Compression.GZIP, TEXT);
        byte[] two = concat(one, one);
        two[one.length] ^= 1;
        assertTrue(refused(Compression.GZIP, two).startsWith("f: can't be read as gzip (no gzip magic number"));
    }

    @Test
    void zerosBehindTheLastMemberArePadding() throws IOException {
        byte[] padded = Arrays.copyOf(compress(Compression.GZIP, TEXT), 100_000);
        assertArrayEquals(TEXT, read(Compression.GZIP, padded));
        padded[99_999] = 1;
        assertTrue(refused(Compression.GZIP, padded).contains("neither a member nor zeros"));
    }

    @Test
    void everyFieldThatAGzipHeaderMayHaveIsSkipped() throws IOException {
        byte[] plain = compress(Compression.GZIP, TEXT);
        byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] head = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 'c', 0, 1, 2};
        assertArrayEquals(TEXT, read(Compression.GZIP, concat(head, rest)));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = {"GZIP", "ZSTD"})
    void aFileThatIsCutAnywhereIsRefused(Compression compression) throws IOException {
        byte[] whole = compress(compression, text(700));
        for (int length = 0; length < whole.length; length++) {
            String message = refused(compression, Arrays.copyOf(whole, length));
            assertTrue(message.startsWith("f: "), message);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = {"GZIP", "ZSTD"})
    void flippedBitsAreRefusedOrReadInBoundedMemory(Compression compression) throws IOException {
        Random random = new Random(11);
        byte[] whole = compress(compression, text(700));
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] broken = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try (InputStream in = compression.open(new ByteArrayInputStream(broken), "f")) {
                assertTrue(in.readNBytes(MOST_BYTES).length <= MOST_BYTES);
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 3_000, refused + " refused");
    }

    @Test
    void aBombStreamsByInPieces() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 256; i++) {
                out.write(zeros);
            }
        }
        try (InputStream in = Compression.GZIP.open(new ByteArrayInputStream(bomb.toByteArray()), "f")) {
            assertEquals(256L << 20, in.skip(1L << 40));
        }
    }

    private static String refused(Compression compression, byte[] stored) {
        String message = assertThrows(UserError.class, () -> read(compression, stored), "length " + stored.length).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static byte[] read(Compression compression, byte[] stored) throws IOException {
        try (InputStream in = compression.open(new ByteArrayInputStream(stored), "f")) {
            return in.readAllBytes();
        }
    }

    private static byte[] compress(Compression compression, byte[] text) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = switch (compression) {
            case NONE -> stored;
            case GZIP -> new GZIPOutputStream(stored);
            case ZSTD -> new ZstdOutputStream(stored);
        }) {
            out.write(text);
        }
        return stored.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] text(int bytes) {
        Random random = new Random(bytes);
        List<String> words = List.of("some ", "words ", "and ", "numbers ", "17 ", ".\n");
        StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append(words.get(random.nextInt(words.size())));
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
    }
}
