package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TextStreamTest {
    private static final String MARK = "\uFEFF";

    @Test
    void aByteOrderMarkAtTheStartIsNoText() throws IOException {
        for (String text : List.of("", "a", "ab", "abc", "abcd", "\u20AC", MARK + "twice")) {
            assertEquals(text, read((MARK + text).getBytes(StandardCharsets.UTF_8), 7));
            assertEquals("a" + MARK + text, read(("a" + MARK + text).getBytes(StandardCharsets.UTF_8), 1));
        }
    }

    @Test
    void placesThatAreNoUtf8AreCountedAsDecodersReplaceThem() throws IOException {
        Random random = new Random(7);
        byte[] ascii = "x".repeat(400_000).getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 200; round++) {
            byte[] text = ascii.clone();
            int at = 1 + random.nextInt(1_000);
            for (int i = 0; i < 40; i++) {
                // no surrogates, of which Java's decoder replaces all three bytes at once
                int b = 0x80 + random.nextInt(0x80);
                text[at + i] = (byte) (b == 0xED ? 0xEE : b);
            }
            long expected = new String(text, StandardCharsets.UTF_8).chars().filter(c -> c == '\uFFFD').count();
            CorpusNotes notes = new CorpusNotes();
            try (InputStream in = trickle(text, 1 + random.nextInt(5_000), notes)) {
                assertArrayEquals(text, in.readAllBytes());
            }
            assertEquals(List.of(expected + " places are no UTF-8 and become U+FFFD, in f"),
                notes.warnings(TextReading.DEFAULTS, Tokenizer.named("gpt2")));
            assertTrue(notes.warnings(TextReading.DEFAULTS, new BytesTokenizer()).getFirst().contains("stay as they are"));
        }
    }

    @Test
    void moreThanOnePlaceInAThousandBytesIsRefused() throws IOException {
        byte[] text = "x".repeat(2_000).getBytes(StandardCharsets.US_ASCII);
        text[5] = (byte) 0xFC;
        text[1_999] = (byte) 0xC3;
        read(text, 100);
        text[700] = (byte) 0xDF;
        assertTrue(refused(text).startsWith("f: found 3 places that are no UTF-8 in 2000 bytes, expected at most one in 1000 bytes;"),
            refused(text));
        assertTrue(refused(new byte[] {'a', (byte) 0xE4}).contains("iconv -f ISO-8859-1 -t UTF-8"));
    }

    @Test
    void withItsSizeKnownAFileInAnotherEncodingIsRefusedBeforeItsEnd() {
        byte[] text = "\u00FC\u00DF".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1);
        long[] read = {0};
        InputStream counted = new FilterInputStream(new ByteArrayInputStream(text)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                read[0] += count;
                return count;
            }
        };
        assertThrows(UserError.class, () -> new TextStream(counted, "f", text.length, faults -> {}).readAllBytes());
        assertTrue(read[0] < text.length / 2, read[0] + " bytes");
    }

    @Test
    void nulBytesAreCountedAndManyOfThemAreRefused() throws IOException {
        byte[] text = "x".repeat(3_000).getBytes(StandardCharsets.US_ASCII);
        text[1_500] = 0;
        CorpusNotes notes = new CorpusNotes();
        try (InputStream in = new TextStream(new ByteArrayInputStream(text), "f", Long.MAX_VALUE, faults -> notes.textFile("f", faults))) {
            in.readAllBytes();
        }
        assertEquals(List.of("1 NUL byte, which the tokenizer bytes takes for the end of a document, in f"),
            notes.warnings(TextReading.DEFAULTS, new BytesTokenizer()));
        for (int i = 0; i < 10; i++) {
            text[2_000 + i] = 0;
        }
        assertTrue(refused(text).startsWith("f: found 11 NUL bytes in 3000 bytes, expected at most one in 1000 bytes; "), refused(text));
    }

    private static String refused(byte[] text) {
        return assertThrows(UserError.class, () -> read(text, 64)).getMessage();
    }

    private static String read(byte[] text, int most) throws IOException {
        try (InputStream in = trickle(text, most, new CorpusNotes())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream trickle(byte[] text, int most, CorpusNotes notes) {
        InputStream pieces = new FilterInputStream(new ByteArrayInputStream(text)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, most));
            }
        };
        return new TextStream(pieces, "f", Long.MAX_VALUE, faults -> notes.textFile("f", faults));
    }
}
