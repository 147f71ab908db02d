package lockstep.common.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class Utf8StreamTest {
    private final List<String> parts = new ArrayList<>();
    private final Utf8Stream stream = new Utf8Stream(parts::add);

    @Test
    void aCharacterIsHeldBackUntilItIsWhole() {
        byte[] euro = "\u20AC".getBytes(StandardCharsets.UTF_8);
        stream.write(euro, 0, 1);
        stream.write(euro, 1, 1);
        assertEquals(List.of(), parts);
        stream.write(euro, 2, 1);
        assertEquals(List.of("\u20AC"), parts);
    }

    @Test
    void byteByByteTheTextOfAllGoldenStringsComesOutPrintable() {
        for (GoldenStrings golden : GoldenStrings.all()) {
            parts.clear();
            for (byte b : golden.text().getBytes(StandardCharsets.UTF_8)) {
                stream.write(new byte[] {b}, 0, 1);
            }
            stream.finish();
            String expected = golden.text().replace("\r", "").replaceAll("[\\p{Cc}&&[^\\n\\t]]", "\uFFFD");
            assertEquals(expected, String.join("", parts));
        }
    }

    @Test
    void anUnfinishedCharacterAtTheEndIsReplacedAndTheStreamGoesOn() {
        stream.write(new byte[] {'a', (byte) 0xE2, (byte) 0x82}, 0, 3);
        stream.finish();
        stream.write(new byte[] {'b'}, 0, 1);
        assertEquals("a\uFFFDb", String.join("", parts));
    }

    @Test
    void bytesThatAreNoUtf8AreReplaced() {
        stream.write(new byte[] {'a', (byte) 0xFF, 'b'}, 0, 3);
        assertEquals("a\uFFFDb", String.join("", parts));
    }

    @Test
    void anEscapeSequenceDoesNotReachTheTerminal() {
        byte[] bytes = "\u001B[2J\u009B1m\r\n".getBytes(StandardCharsets.UTF_8);
        stream.write(bytes, 0, bytes.length);
        assertEquals("\uFFFD[2J\uFFFD1m\n", String.join("", parts));
    }

    @Test
    void aLongWriteComesOutWhole() {
        String text = "\u20AC\uD83D\uDE00x".repeat(2_000);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        stream.write(bytes, 0, bytes.length);
        assertEquals(text, String.join("", parts));
    }
}
