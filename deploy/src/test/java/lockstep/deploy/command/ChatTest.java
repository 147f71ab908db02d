package lockstep.deploy.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.deploy.MainProcess;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code generate --chat} in a process of its own, as a user talks to it. */
@Timeout(60)
class ChatTest {
    private static final ModelShape BYTES = ModelShape.of(128, 256, 2, 2, 16);
    /** Letters alone, so that each reply is one line. */
    private static final List<String> OPTIONS = List.of("--tokens", "20", "--threads", "1", "--temperature", "0", "--stop", "\\n");

    private static final int SIGTERM_EXIT = 128 + 15;

    @TempDir
    private Path directory;
    private Process process;

    private void start(List<String> more) throws IOException {
        Path model = directory.resolve("model.bin");
        ModelFile.write(model, BYTES, Initializer.parameters(BYTES, 42));
        List<String> arguments = new ArrayList<>(List.of("generate", model.toString()));
        arguments.addAll(more);
        process =
            new ProcessBuilder(MainProcess.command(List.of("-Xmx256m", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"), arguments))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    private void chat() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--chat"));
        arguments.addAll(OPTIONS);
        start(arguments);
    }

    @Test
    void repliesToEachLineUntilThereAreNoMore() throws IOException, InterruptedException {
        chat();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        try (OutputStream in = process.getOutputStream()) {
            in.write("hello\n".getBytes(StandardCharsets.UTF_8));
            in.flush();
            assertTrue(out.readLine() != null); // before the next line was said
            in.write("and you?\n".getBytes(StandardCharsets.UTF_8));
            in.flush();
            assertTrue(out.readLine() != null);
        }
        assertEquals(0, process.waitFor());
    }

    @Test
    void aSignalEndsIt() throws IOException, InterruptedException {
        chat();
        process.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        process.inputReader(StandardCharsets.UTF_8).readLine();
        terminate();
        assertEquals(SIGTERM_EXIT, process.waitFor());
    }

    @Test
    void aSignalWhileItSpeaksEndsTheText() throws IOException, InterruptedException {
        start(List.of("--tokens", "1000000", "--threads", "1"));
        InputStream out = process.getInputStream();
        assertTrue(out.read() >= 0);
        terminate();
        byte[] rest = out.readAllBytes();
        assertEquals('\n', rest[rest.length - 1]);
        assertEquals(SIGTERM_EXIT, process.waitFor());
    }

    /** By its handle: Process.destroy would close the pipes that we read. A JVM treats Ctrl-C in the same way, but a child of a background job ignores that. */
    private void terminate() {
        assertTrue(process.toHandle().destroy());
    }
}
