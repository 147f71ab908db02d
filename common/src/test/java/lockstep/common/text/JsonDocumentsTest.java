package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
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
    void fieldsThatNobodyAskedForMayHoldWhatTheyLike() throws IOException {
        String huge = "9".repeat(5_000);
        for (String other : List.of("NaN", "-Infinity", "Infinity", "null", "1e999999", huge, "-0." + huge,
            "[".repeat(2_000) + "]".repeat(2_000),
            "{\"text\": 7, \"text\": null}", "\"\\ud83d\"")) {
            assertEquals(List.of("a"), read("{\"x\": " + other + ", \"text\": \"a\", \"x\": 2, \"x\": " + other + "}\n"), other);
        }
        assertEquals(List.of("a"), read("{\"" + "x".repeat(100_000) + "\": 1, \"text\": \"a\"}"));
    }

    @Test
    void aFieldOfAnotherKindIsNamedInPlainWords() {
        refused("{\"text\": null}", "f: line 1 field \"text\": found null, expected a string");
        refused("{\"text\": NaN}", "f: line 1 field \"text\": found a number, expected a string");
        refused("{\"text\": [\"a\"]}", "f: line 1 field \"text\": found an array, expected a string");
        refused("{\"text\": {\"a\": 1}}", "f: line 1 field \"text\": found an object, expected a string");
        refused("{\"text\": true}", "f: line 1 field \"text\": found true, expected a string");
    }

    @Test
    void aDotLeadsIntoAnObject() throws IOException {
        assertEquals(List.of("deep", "plain"),
            read("{\"text\": \"no\", \"meta\": {\"x\": 1, \"a\": {\"text\": \"deep\"}}}\n{\"meta.a.text\": \"plain\"}",
                TextReading.ofField("meta.a.text")));
        String message =
            assertThrows(UserError.class, () -> read("{\"meta\": {\"b\": \"x\"}}", TextReading.ofField("meta.a"))).getMessage();
        assertEquals("f: line 1 has no field \"meta.a\" (it has b); name another one by --field", message);
    }

    @Test
    void badLinesAreLeftOutAndCountedWhereTheyMay() throws IOException {
        CorpusNotes notes = new CorpusNotes();
        TextReading skip = new TextReading("text", TextReading.BadLines.SKIP, Optional.empty());
        String lines =
            "no\n{\"text\": \"a\"}\n{\"text\": null}\n\n[1]\n{\"text\": \"" + "x".repeat(3_000) + "\"}\n{\"text\": \"b\"}\n{\"te";
        List<String> texts = new ArrayList<>();
        try (JsonDocuments documents =
            new JsonDocuments(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "f", skip, notes, 1_000)) {
            for (Optional<Document> document = documents.next(); document.isPresent(); document = documents.next()) {
                texts.add(new String(document.get().open(bytes -> {}).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertEquals(List.of("a", "b"), texts);
        assertEquals(List.of(
            "left out 5 bad lines; the first: f: line 1 is no JSON: it stops being that at character 1; expected one JSON object a line;"
                + " --bad-lines skip leaves such lines out"),
            notes.warnings(skip, new BytesTokenizer()));
    }

    @Test
    void aTextThatBeginsWithAByteOrderMarkLosesIt() throws IOException {
        assertEquals(List.of("a\uFEFFb"), read("{\"text\": \"\\ufeffa\\ufeffb\"}"));
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
        refused("{\"text\": 5}", "f: line 1 field \"text\": found a number, expected a string");
        refused("[1]", "f: line 1 is no JSON object; expected {\"text\": \"…\"}");
        refused("{\"text\": \"a\"} {\"text\": \"b\"}", "f: line 1 goes on after its object; expected one JSON object a line");
        refused("{\"text\": \"a\", \"text\": \"b\"}", "f: line 1 field \"text\": found 2 times, expected once");
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
        JsonDocuments lines = new JsonDocuments(in, "f", TextReading.DEFAULTS, new CorpusNotes(), 1 << 20);
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
                assertTrue(e.getMessage().startsWith("f: line ") || e.getMessage().startsWith("f: found 1 place that is no UTF-8"),
                    e.getMessage());
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
        return read(new String(utf8, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1, TextReading.DEFAULTS);
    }

    private static List<String> read(String lines, TextReading reading) throws IOException {
        return read(lines, StandardCharsets.UTF_8, reading);
    }

    private static List<String> read(String lines, Charset charset, TextReading reading) throws IOException {
        List<String> texts = new ArrayList<>();
        InputStream in = new TextStream(new ByteArrayInputStream(lines.getBytes(charset)), "f", Long.MAX_VALUE, faults -> {});
        try (JsonDocuments all = new JsonDocuments(in, "f", reading, new CorpusNotes())) {
            for (Optional<Document> document = all.next(); document.isPresent(); document = all.next()) {
                texts.add(new String(document.get().open(bytes -> {}).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}
