package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class JsonDocumentsTest {
    @Test
    void eachLineIsADocumentAndBlankOnesAreNone() throws IOException {
        assertEquals(List.of("a\nb", "", "\u20AC\uD83D\uDE00"),
            read(
                "{\"id\": {\"text\": [1, {}]}, \"text\": \"a\\nb\"}\r\n\n  \n{\"text\":\"\"}\n{\"text\":\"\u20AC\\ud83d\\ude00\", \"x\": null}"));
        assertEquals(List.of("a"), read("\uFEFF{\"text\": \"a\"}\n"));
        assertEquals(List.of(), read("\n\n"));
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() throws IOException {
        assertEquals(List.of("a\uFFFDb"), read("{\"text\": \"a\\ud83db\"}"));
    }

    @Test
    void aLongLineIsReadAcrossBuffers() throws IOException {
        String text = "word ".repeat(100_000);
        assertEquals(List.of(text, "b"), read("{\"text\": \"" + text + "\"}\n{\"text\": \"b\"}"));
    }

    @Test
    void aWrongLineIsNamedByFileAndNumber() {
        refused("{\"text\": \"a\"}\n\n{\"id\": 1, \"body\": \"b\"}",
            "f: line 3 has no field \"text\" (it has id, body); name another one by --field");
        refused("{\"text\": 5}", "f: line 1 field \"text\": found VALUE_NUMBER_INT, expected a string");
        refused("[1]", "f: line 1 is no JSON object; expected {\"text\": \"…\"}");
        refused("{\"text\": \"a\"} {\"text\": \"b\"}", "f: line 1 goes on after its object; expected one JSON object a line");
        refused("{\"text\": \"a\", \"text\": \"b\"}", "f: line 1 is no JSON: Duplicate field 'text'");
        refused("{\"text\": \"a", "f: line 1 is no JSON: ");
        refused("{\"text\"", "f: line 1 is no JSON: ");
        refused("plain text", "f: line 1 is no JSON: ");
        refused("{\"a\":" + "[".repeat(100_000), "f: line 1 is no JSON: ");
    }

    @Test
    void aLineBeyondTheBoundIsRefusedWithoutHoldingIt() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                Arrays.fill(target, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        InputStream in = new SequenceInputStream(new ByteArrayInputStream("{\"text\": \"".getBytes(StandardCharsets.US_ASCII)), endless);
        JsonDocuments lines = new JsonDocuments(in, "f", "text", 1 << 20);
        assertEquals("f: line 1 is longer than 1048576 bytes; expected one JSON object a line",
            assertThrows(UserError.class, lines::next).getMessage());
    }

    @Test
    void linesThatAreCutAnywhereAreReadOrRefused() throws IOException {
        byte[] whole = "{\"id\": 7, \"text\": \"a \\u20ac \u20AC\"}\n{\"text\": \"b\"}\n".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                List<String> texts = read(cut);
                assertEquals(List.of("a \u20AC \u20AC", "b").subList(0, texts.size()), texts, "length " + length);
            } catch (UserError e) {
                assertTrue(e.getMessage().startsWith("f: line "), e.getMessage());
            }
        }
    }

    @Test
    void flippedBitsAreReadOrRefused() throws IOException {
        byte[] whole = "{\"id\": 7, \"text\": \"a \\u20ac \u20AC\"}\n{\"text\": \"b\"}\n".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertTrue(read(broken).size() <= 3);
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
    }

    private static void refused(String lines, String start) {
        String message = assertThrows(UserError.class, () -> read(lines)).getMessage();
        assertTrue(message.startsWith(start), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static List<String> read(String lines) throws IOException {
        return read(lines.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> read(byte[] utf8) throws IOException {
        List<String> texts = new ArrayList<>();
        try (JsonDocuments lines = new JsonDocuments(new ByteArrayInputStream(utf8), "f", "text")) {
            for (Optional<Document> document = lines.next(); document.isPresent(); document = lines.next()) {
                texts.add(new String(document.get().open(bytes -> {}).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}
