package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.CommandLines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class InfoCommandTest {
    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return CommandLines.run(CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true)), args);
    }

    private static String golden(String name) throws URISyntaxException {
        return Path.of(InfoCommandTest.class.getResource("/golden/tiny/" + name).toURI()).toString();
    }

    @Test
    void describesOneFileAfterAnother() throws URISyntaxException {
        assertEquals(0, run("info", golden("model.bin"), golden("debug_state.bin")), err::toString);
        String[] parts = out.toString().split("\\R\\R", -1);
        assertEquals(2, parts.length, out::toString);
        assertTrue(parts[0].contains("GPT-2 model of llm.c, version 3"), parts[0]);
        assertTrue(parts[1].contains("debug state of llm.c"), parts[1]);
        assertEquals("", err.toString());
    }

    @Test
    void describesAnExportedGguf() throws URISyntaxException {
        Path gguf = directory.resolve("model.gguf");
        assertEquals(0, run("export", golden("model.bin"), "--to", "gguf", gguf.toString()), err::toString);
        assertEquals(0, run("info", gguf.toString()), err::toString);
        assertTrue(out.toString().contains("\narchitecture    gpt2\n"), out.toString());
    }

    @Test
    void whatWasSaidStaysSaidWhenTheNextFileIsBroken() throws URISyntaxException, IOException {
        Path broken = Files.writeString(directory.resolve("broken.bin"), "no header");
        assertEquals(2, run("info", golden("model.bin"), broken.toString()));
        assertTrue(out.toString().contains("weights sha256"), out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains("broken.bin"), err.toString());
    }

    @Test
    void aDirectoryThatIsNoneOfOursIsRefused() {
        assertEquals(2, run("info", directory.toString()));
        assertTrue(err.toString().contains("expected a checkpoint or a run directory"), err.toString());
    }

    @Test
    void asksForAFile() {
        assertEquals(2, run("info"));
        assertTrue(err.toString().contains("FILE"), err.toString());
    }
}
