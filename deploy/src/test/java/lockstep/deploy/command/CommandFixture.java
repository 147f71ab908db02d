package lockstep.deploy.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.CommandLines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs commands in the test's own process and keeps what the last one said. */
abstract class CommandFixture {
    @TempDir
    Path directory;
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return CommandLines.run(CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true)), args);
    }

    /** The command ends with one line that mentions all of this, and leaves nothing at {@code target}. */
    void assertRefused(String[] mentioned, String... args) {
        assertEquals(2, run(args), String.join(" ", args) + ": " + out);
        assertEquals(1, err.toString().lines().count(), err.toString());
        for (String part : mentioned) {
            assertTrue(err.toString().contains(part), "expected \"" + part + "\" in: " + err);
        }
        assertTrue(Files.notExists(directory.resolve("target")), String.join(" ", args));
    }

    void assertRefused(String mentioned, String... args) {
        assertRefused(new String[] {mentioned}, args);
    }
}
