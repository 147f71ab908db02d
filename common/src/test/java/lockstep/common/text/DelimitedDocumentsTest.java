package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class DelimitedDocumentsTest {
    @Test
    void documentsStandBetweenDelimitersWithoutTheLineBreakBehindOne() throws IOException {
        String mark = "<|endoftext|>";
        is(List.of("A\n", "B\n", "C"), "A\n" + mark + "\nB\n" + mark + "\nC", mark);
        is(List.of("A", "B"), "A" + mark + "B", mark);
        is(List.of("A\r\n", "B\r\n"), "A\r\n" + mark + "\r\nB\r\n" + mark + "\r\n", mark);
        is(List.of("A", "\nB"), mark + mark + "\n\n" + mark + "A" + mark + "\n\nB" + mark + " \n", mark);
        is(List.of("<|endoftext|", "<|endoftext"), "<|endoftext|" + mark + "<|endoftext", mark);
        is(List.of("A", "B\nC"), "A\n\n\nB\nC", "\n\n\n");
        is(List.of(), "\n", mark);
        is(List.of("all of it"), "all of it", mark);
    }

    @Test
    void aDelimiterThatBuffersPartIsFound() throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            expected.add("\u20AC" + "x".repeat(997 * i % 4_001) + i);
            text.append(expected.getLast()).append("==\u20AC=\n");
        }
        is(expected, text.toString(), "==\u20AC=");
    }

    @Test
    void aDocumentBeyondTheBoundIsRefusedWithoutHoldingTheRest() {
        byte[] text = ("A|" + "x".repeat(5_000_000)).getBytes(StandardCharsets.UTF_8);
        DelimitedDocuments documents = new DelimitedDocuments(new ByteArrayInputStream(text), "f", "|", new CorpusNotes(), 1 << 20);
        String message = assertThrows(UserError.class, () -> {
            documents.next();
            documents.next();
        }).getMessage();
        assertEquals("f: document 2 is longer than 1048576 bytes, which is the most between two delimiters; is the delimiter the file's?",
            message);
    }

    private static void is(List<String> expected, String text, String delimiter) throws IOException {
        for (int most : new int[] {1, 7, 1 << 16}) {
            InputStream pieces = new FilterInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    return super.read(target, offset, Math.min(length, most));
                }
            };
            List<String> found = new ArrayList<>();
            try (DelimitedDocuments documents = new DelimitedDocuments(pieces, "f", delimiter, new CorpusNotes())) {
                for (Optional<Document> document = documents.next(); document.isPresent(); document = documents.next()) {
                    found.add(new String(document.get().open(bytes -> {}).readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            assertEquals(expected, found, "in pieces of " + most);
        }
    }
}
