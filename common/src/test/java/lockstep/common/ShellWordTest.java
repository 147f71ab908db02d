package lockstep.common;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ShellWordTest {
    @Test
    void aShellReadsEachWordAsItWas() throws Exception {
        List<String> words = List.of("a b.txt", "it's", "\"$HOME\"", "`x`", "a\\b", "~x", "é 版本", "*.bin", "a;b&c|d<e>f", "two\nlines", "");
        StringBuilder command = new StringBuilder("set --");
        words.forEach(word -> command.append(' ').append(ShellWord.of(word)));
        command.append("\nfor word; do cat <<END\n$word|\nEND\ndone\n");
        Process shell = new ProcessBuilder("sh", "-c", command.toString()).redirectErrorStream(true).start();
        assertEquals(String.join("|\n", words) + "|\n", new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void wordsWithoutASpecialCharacterStayAsTheyAreAndAPathIsNoOption() {
        assertEquals("/a/b-c_d.txt", ShellWord.of(Path.of("/a/b-c_d.txt")));
        assertEquals("./-rf", ShellWord.of(Path.of("-rf")));
        assertEquals("--out", ShellWord.of("--out"));
    }
}
