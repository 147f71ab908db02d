package lockstep.common.compress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Frames made byte by byte, also such as no compressor would write. */
@Timeout(120)
class ZstdFramesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ONE_SEGMENT = 0x20;
    private static final int BLOCK_BYTES = 1 << 17;
    private static final byte[] TEXT = "Some words, and some more words.".getBytes(StandardCharsets.US_ASCII);
    /** More would be an answer to another file. */
    private static final int MOST_BYTES = 16 << 20;

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** @param sizes window, dictionary and content size as the descriptor announces them */
    private static byte[] header(int descriptor, byte... sizes) {
        return concat(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) descriptor}, sizes);
    }

    private static byte[] block(int kind, int size, boolean last, byte... content) {
        int header = size << 3 | kind << 1 | (last ? 1 : 0);
        return concat(new byte[] {(byte) header, (byte) (header >>> 8), (byte) (header >>> 16)}, content);
    }

    private static byte[] text() {
        return block(0, TEXT.length, true, TEXT);
    }

    private static byte[] little(int bytes, long value) {
        return Arrays.copyOf(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), bytes);
    }

    private static byte[] read(byte[] stored) throws IOException {
        try (InputStream in = Compression.ZSTD.open(new ByteArrayInputStream(stored), "f")) {
            return in.readNBytes(MOST_BYTES + 1);
        }
    }

    private static String refused(byte[] stored) {
        String message = assertThrows(UserError.class, () -> read(stored)).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("f: "), message);
        return message;
    }

    @Test
    void everyFormOfHeaderIsRead() throws IOException {
        for (byte[] header : new byte[][] {header(0, (byte) 0), header(0, (byte) (13 << 3)), header(ONE_SEGMENT, (byte) TEXT.length),
            header(0x80, concat(new byte[] {0}, little(4, TEXT.length))), header(0xC0, concat(new byte[] {0}, little(8, TEXT.length))),
            header(ONE_SEGMENT | 0x80, little(4, TEXT.length)), header(ONE_SEGMENT | 0xC0, little(8, TEXT.length))}) {
            assertArrayEquals(TEXT, read(concat(header, text())), Arrays.toString(header));
        }
    }

    @Test
    void aWindowBeyondTheDecodersIsNamed() {
        for (int exponent = 14; exponent < 32; exponent++) {
            assertEquals("f: window: found " + (1L << 10 + exponent)
                + " bytes, expected at most 8388608; compress it anew without --ultra and --long",
                refused(concat(header(0, (byte) (exponent << 3)), text())));
        }
        assertTrue(refused(concat(header(0, (byte) (13 << 3 | 1)), text())).contains("found 9437184 bytes"));
    }

    @Test
    void aSegmentOfMoreThanEightMebibytesIsReadWhereItsWindowIsModest() throws IOException {
        int blocks = 80; // 10 MiB
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(header(ONE_SEGMENT | 0x80, little(4, (long) blocks * BLOCK_BYTES)));
        byte[] expected = new byte[blocks * BLOCK_BYTES];
        for (int i = 0; i < blocks; i++) {
            frame.writeBytes(block(1, BLOCK_BYTES, i == blocks - 1, (byte) i));
            Arrays.fill(expected, i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES, (byte) i);
        }
        assertArrayEquals(expected, read(frame.toByteArray()));
    }

    @Test
    void aSegmentOfAbsurdSizeIsNamedBeforeAnythingIsAllocatedForIt() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (long bytes : new long[] {(64 << 20) + 1, Integer.MAX_VALUE, 0xFFFFFFFFL}) {
            assertEquals("f: window: found " + bytes
                + " bytes, the whole content in one segment, expected at most 67108864; compress it anew without --ultra",
                refused(concat(header(ONE_SEGMENT | 0x80, little(4, bytes)), text())));
        }
        for (long bytes : new long[] {1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertTrue(refused(concat(header(ONE_SEGMENT | 0xC0, little(8, bytes)), text()))
                .startsWith("f: window: found " + Long.toUnsignedString(bytes) + " bytes"));
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 8 << 20, allocated + " bytes for eight refusals");
    }

    @Test
    void aDictionaryIsNamed() {
        assertTrue(refused(concat(header(1, (byte) 0, (byte) 7), text())).startsWith("f: dictionary: found the id 7, expected"));
        assertTrue(refused(concat(header(2, concat(new byte[] {0}, little(2, 65535))), text())).contains("the id 65535"));
        assertTrue(refused(concat(header(3, concat(new byte[] {0}, little(4, 0xFFFFFFFFL))), text())).contains("the id 4294967295"));
        assertTrue(refused(concat(header(ONE_SEGMENT | 3, concat(little(4, 9), new byte[] {1})), text())).contains("the id 9"));
    }

    @Test
    void headersOfLaterFramesAreLookedAtHoweverTheBytesCome() {
        byte[] first =
            concat(header(0, (byte) 0), block(0, 5, false, "Some ".getBytes(StandardCharsets.US_ASCII)), block(1, 3, false, (byte) 'x'),
                text());
        byte[] two = concat(first, first, header(0, (byte) (20 << 3)), text());
        InputStream trickle = new FilterInputStream(new ByteArrayInputStream(two)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1));
            }
        };
        String message = assertThrows(UserError.class, () -> Compression.ZSTD.open(trickle, "f").readAllBytes()).getMessage();
        assertEquals(refused(two), message);
        assertTrue(message.startsWith("f: window: found 1073741824 bytes"), message);
    }

    @Test
    void skippableFramesAreLeftOutWhereverTheyStand() throws IOException {
        byte[] frame = concat(header(0, (byte) 0), text());
        for (int number = 0; number < 16; number++) {
            byte[] skippable =
                concat(new byte[] {(byte) (0x50 + number), 0x2A, 0x4D, 0x18}, little(4, 5), new byte[] {'s', 'k', 'i', 'p', 0x28});
            assertArrayEquals(concat(TEXT, TEXT), read(concat(skippable, frame, skippable, skippable, frame, skippable)));
            refused(Arrays.copyOf(concat(frame, skippable), frame.length + skippable.length - 1));
        }
        byte[] nothing = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
        assertArrayEquals(TEXT, read(concat(nothing, frame)));
        assertArrayEquals(new byte[0], read(nothing));
    }

    @Test
    void whateverStandsBehindAFrameAndIsNoneIsRefused() {
        byte[] frame = concat(header(0, (byte) 0), text());
        for (int more = 1; more < 6; more++) {
            refused(concat(frame, Arrays.copyOf(frame, more)));
            refused(concat(frame, new byte[more]));
            refused(concat(frame, Arrays.copyOf("rubbish".getBytes(StandardCharsets.US_ASCII), more)));
        }
    }

    @Test
    void absurdHeadersBlocksAndCutsEndInAClearErrorOrTheText() throws IOException {
        Random random = new Random(20261128);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] sizes = new byte[13];
            random.nextBytes(sizes);
            byte[] frame = concat(header(random.nextInt(256), Arrays.copyOf(sizes, random.nextInt(14))),
                block(random.nextInt(4), random.nextInt(4) == 0 ? random.nextInt(1 << 21) : TEXT.length, random.nextBoolean(), TEXT),
                text());
            try {
                assertTrue(read(Arrays.copyOf(frame, 1 + random.nextInt(frame.length))).length <= MOST_BYTES);
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 15_000, refused + " refused");
    }

    @Test
    void aSegmentThatIsCutAnywhereOrHasAFlippedBitIsRefusedOrRead() throws IOException {
        byte[] frame = concat(header(ONE_SEGMENT | 0x80, little(4, TEXT.length)), text());
        for (int length = 0; length < frame.length; length++) {
            refused(Arrays.copyOf(frame, length));
        }
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] broken = frame.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertTrue(read(broken).length <= TEXT.length + (64 << 10));
            } catch (UserError e) {
                assertTrue(e.getMessage().startsWith("f: "), e.getMessage());
            }
        }
    }
}
