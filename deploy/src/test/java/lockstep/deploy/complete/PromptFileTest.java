package lockstep.deploy.complete;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PromptFileTest {
    @TempDir
    private Path directory;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private void assertRefused(Path file, String expected) {
        String message = assertThrows(UserError.class, () -> PromptFile.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void aLineIsAPrompt() throws IOException {
        assertEquals(List.of("one", " two ", "drei ß"), PromptFile.read(file("p.txt", "\uFEFFone\r\n\n two \n   \ndrei ß")));
    }

    @Test
    void anObjectIsAPrompt() throws IOException {
        assertEquals(List.of("one\ntwo", ""),
            PromptFile.read(file("p.jsonl", "{\"prompt\": \"one\\ntwo\", \"id\": 3}\n\n{\"prompt\":\"\"}\n")));
    }

    /** Programs write such lines, and others merge two objects into one. */
    @Test
    void whatStandsInOtherFieldsIsNoMatter() throws IOException {
        assertEquals(List.of("one", "two"), PromptFile.read(file("p.jsonl",
            "{\"id\":1,\"prompt\":\"one\",\"id\":2,\"more\":{\"a\":1,\"a\":[NaN]}}\n{\"prompt\":\"two\"}\n")));
        assertRefused(file("q.jsonl", "{\"prompt\":\"one\",\"prompt\":\"two\"}\n"),
            "line 1: prompt: found it more than once, expected it once");
    }

    @Test
    void whatIsWrongIsNamedByItsLine() throws IOException {
        assertRefused(file("a.jsonl", "{\"prompt\":\"x\"}\n{\"prompt\":3}\n"), "line 2: prompt: found 3, expected a string");
        assertRefused(file("b.jsonl", "{\"prompt\":\"x\"}\n[1]\n"), "line 2: line: found [1], expected a JSON object");
        assertRefused(file("c.jsonl", "{\"prompt\":\"x\"} {}\n"), "line 1");
        assertRefused(file("d.jsonl", "{\"prompt\":\"x\n"), "line 1");
        assertRefused(file("e.txt", "\n\n"), "found no prompt");
        assertRefused(Files.write(directory.resolve("f.txt"), "a\nb\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)),
            "line 2: found bytes that are no UTF-8");
        assertRefused(file("g.txt", "x".repeat((1 << 20) + 1)), "line 1: length");
        assertRefused(directory.resolve("none"), "no such file");
        assertRefused(directory, "");
    }
}
