package lockstep.deploy.command;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.deploy.MainProcess;
import lockstep.node.model.Initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Ctrl-C and SIGTERM to processes in the middle of a text that would take minutes. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class TalkSignalsTest {
    private static final ModelShape BYTES = ModelShape.of(1 << 16, 256, 2, 2, 16);
    private static final Duration PROMPT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;
    private Path stderr;
    private Process process;

    @BeforeEach
    void writeModel() {
        stderr = directory.resolve("stderr");
        ModelFile.write(directory.resolve("model.bin"), BYTES, Initializer.parameters(BYTES, 42));
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    /** A shell without job control has what it starts in the background ignore SIGINT, and so would the JVM: env undoes that. */
    private void start(String command, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command, directory.resolve("model.bin").toString(), "--threads", "1"));
        arguments.addAll(List.of(more));
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT"));
        line.addAll(MainProcess.command(List.of("-Xmx512m"), arguments));
        process = new ProcessBuilder(line).redirectError(stderr.toFile()).start();
    }

    private void endBy(String signal, int exitCode) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
        assertTrue(process.waitFor(PROMPT.toSeconds(), TimeUnit.SECONDS), "it goes on");
        String said = Files.readString(stderr);
        assertEquals(exitCode, process.exitValue(), said);
        assertFalse(said.contains("Exception") || said.contains("\tat "), said);
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void generateEndsItsText(String signal, int exitCode) throws IOException, InterruptedException {
        start("generate", "--prompt", "ROMEO:", "--tokens", "60000");
        assertEquals("ROMEO:", new String(process.getInputStream().readNBytes(6), StandardCharsets.UTF_8));
        assertTrue(process.getInputStream().read() >= 0);
        endBy(signal, exitCode);
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void aConversationEndsWhileTheModelSpeaks(String signal, int exitCode) throws IOException, InterruptedException {
        start("generate", "--chat", "--stop", "no such text", "--tokens", "60000");
        say("Good morrow");
        assertTrue(process.getInputStream().read() >= 0);
        endBy(signal, exitCode);
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void aConversationEndsWhileTheUserIsSilent(String signal, int exitCode) throws IOException, InterruptedException {
        start("generate", "--chat", "--tokens", "1");
        say("Good morrow");
        assertTrue(process.getInputStream().read() >= 0);
        endBy(signal, exitCode);
    }

    private void say(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** The client sees its stream break off, without the end that a whole one has. */
    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void serveDropsWhatIsUnderWay(String signal, int exitCode) throws IOException, InterruptedException {
        start("serve", "--port", "0", "--name", "m");
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        URI url = URI.create(line.replaceAll(".* at (\\S+) until.*", "$1"));
        String body = "{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":60000,\"stream\":true,\"logprobs\":5,\"temperature\":0}";
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
            client.setSoTimeout(Math.toIntExact(PROMPT.toMillis()));
            client.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
            assertTrue(client.getInputStream().read() >= 0);
            endBy(signal, exitCode);
            assertFalse(rest(client).contains("[DONE]"));
        }
    }

    private static String rest(Socket client) {
        StringBuilder text = new StringBuilder();
        try {
            for (int c = client.getInputStream().read(); c >= 0; c = client.getInputStream().read()) {
                text.append((char) c);
            }
        } catch (IOException _) {
            return text.toString(); // reset: broken off as well
        }
        return text.toString();
    }
}
