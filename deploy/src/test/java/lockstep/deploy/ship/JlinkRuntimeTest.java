package lockstep.deploy.ship;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The runtime of the image, made by the line in the Dockerfile: it trains on the text of the jar to the weights of the whole JDK, and Hazelcast runs on it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class JlinkRuntimeTest {
    private static final Pattern SHA = Pattern.compile("^weights sha256 ([0-9a-f]{64})$", Pattern.MULTILINE);
    private static final String OUTPUT = "/opt/lockstep/runtime";

    @TempDir
    private Path dir;

    @Test
    void theRuntimeOfTheImageTrainsToTheSameWeights() throws Exception {
        Path runtime = dir.resolve("runtime");
        run(jlink(runtime));
        String expected = sha256(train(Path.of(System.getProperty("java.home")), dir.resolve("jdk")));
        assertEquals(expected, sha256(train(runtime, dir.resolve("image"), "--dashboard", freePort())));
        String bench = run(lockstep(runtime, "bench", "allreduce", "--nodes", "2", "--mbytes", "1", "--steps", "1"));
        assertTrue(bench.contains("all-reduce of 1 MB over 2 processes"), bench);
        assertFalse(bench.contains("NoClassDefFoundError"), bench);
        String unasked = runToCode(2, lockstep(runtime, "cluster", "status", "--at", "127.0.0.1:1"));
        assertTrue(unasked.contains("nothing listens at 127.0.0.1:1"), unasked);
    }

    /** The line as it stands, but for where it writes. */
    private static List<String> jlink(Path runtime) {
        List<String> words = new ArrayList<>(Shipped.lines(Shipped.DOCKERFILE).stream().filter(line -> line.startsWith("RUN jlink "))
            .map(line -> Shipped.words(line.substring("RUN ".length()))).findFirst().orElseThrow());
        assertEquals(OUTPUT, words.getLast());
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "jlink").toString());
        words.set(words.size() - 1, runtime.toString());
        return words;
    }

    private String train(Path home, Path out, String... more) throws Exception {
        List<String> arguments =
            new ArrayList<>(List.of("train", "--out", out.toString(), "--layers", "1", "--heads",
                "2", "--channels", "16", "--seq-len", "16", "--batch", "2", "--steps", "3"));
        arguments.addAll(List.of(more));
        return run(lockstep(home, arguments.toArray(String[]::new)));
    }

    private static List<String> lockstep(Path home, String... arguments) {
        List<String> command =
            new ArrayList<>(List.of(home.resolve("bin/java").toString(), "@" + Shipped.ROOT.resolve("deploy/jvm.options"),
                "-Xmx512m", "-cp", System.getProperty("java.class.path"), "lockstep.deploy.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    private String run(List<String> command) throws Exception {
        return runToCode(0, command);
    }

    private String runToCode(int code, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(dir, "out", ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), () -> "still runs: " + command);
            String out = Files.readString(log, StandardCharsets.UTF_8);
            assertEquals(code, process.exitValue(), out);
            return out;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    private static String sha256(String out) {
        Matcher matcher = SHA.matcher(out);
        assertTrue(matcher.find(), out);
        return matcher.group(1);
    }
}
