package lockstep.deploy.ship;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What soak.sh does and concludes, on a launcher that only pretends to train: its nodes sleep until somebody kills them or a file says that training is over. That
 * a real cluster survives is the soak's own finding.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SoakScriptTest {
    private static final String GOOD = "a".repeat(64);
    private static final String BAD = "b".repeat(64);
    @TempDir
    private Path dir;

    private record Ending(int exitCode, String out) {}

    @BeforeEach
    void noBlowsYet() throws IOException {
        Files.createFile(dir.resolve("blows"));
    }

    /**
     * @param clustered hash that the run of three prints
     * @param joined that of added nodes
     */
    private Ending soak(String clustered, int clusterExit, String joined, String... more) throws Exception {
        Path launcher = dir.resolve("lockstep");
        try (InputStream script = SoakScriptTest.class.getResourceAsStream("/soak/pretender.sh")) {
            Files.createFile(launcher, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.write(launcher, script.readAllBytes());
        }
        return run(List.of(more),
            Map.of("ALONE", GOOD, "CLUSTERED", clustered, "CLUSTER_EXIT", String.valueOf(clusterExit), "JOINED", joined));
    }

    /** Each line of the script's that tells of a blow goes where the pretender counts them. */
    private Ending run(List<String> arguments, Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Shipped.SOAK.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("LOCKSTEP", dir.resolve("lockstep").toString());
        builder.environment().put("TMPDIR", dir.toString());
        Process process = builder.start();
        StringBuilder out = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n');
                if (line.matches("soak: [0-9]+ s: .*")) {
                    Files.writeString(dir.resolve("blows"), line + "\n", StandardOpenOption.APPEND);
                }
            }
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "the soak still runs");
            return new Ending(process.exitValue(), out.toString());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theSameWeightsAfterBlowsAreASuccess() throws Exception {
        Ending ending = soak(GOOD, 0, GOOD, "--seconds", "60", "--pause", "1", "--seed", "7");
        assertEquals(0, ending.exitCode(), ending.out());
        assertTrue(ending.out().contains("soak: seed 7: 3 nodes, 2000 steps"), ending.out());
        assertTrue(ending.out().matches("(?s).*soak: the same weights after [3-9] blows\n"), ending.out());
        assertTrue(ending.out().contains("kill -9") || ending.out().contains("added node"), ending.out());
        try (Stream<Path> left = Files.list(dir)) {
            assertEquals(List.of(), left.filter(file -> file.getFileName().toString().startsWith("lockstep-soak")).toList());
        }
    }

    @Test
    void otherWeightsAreAFailureThatKeepsTheLogs() throws Exception {
        Files.createFile(dir.resolve("over"));
        Ending ending = soak(BAD, 0, GOOD, "--seconds", "1", "--pause", "1", "--seed", "7");
        assertEquals(1, ending.exitCode(), ending.out());
        assertTrue(ending.out().contains("the weights are " + BAD + ", expected " + GOOD + ": "), ending.out());
        assertTrue(ending.out().contains("cluster.log (seed 7, logs in "), ending.out());
        try (Stream<Path> left = Files.list(dir)) {
            assertEquals(1, left.filter(file -> file.getFileName().toString().startsWith("lockstep-soak")).count());
        }
    }

    @Test
    void anExitCodeIsAFailure() throws Exception {
        Files.createFile(dir.resolve("over"));
        Ending ending = soak(GOOD, 3, GOOD, "--seconds", "1", "--pause", "1");
        assertEquals(1, ending.exitCode(), ending.out());
        assertTrue(ending.out().contains("the run of 3 nodes ended with exit code 3"), ending.out());
    }

    @Test
    void aRunThatNeverEndsIsGivenUp() throws Exception {
        Ending ending = soak(GOOD, 0, GOOD, "--seconds", "1", "--pause", "1", "--deadline", "1");
        assertEquals(1, ending.exitCode(), ending.out());
        assertTrue(ending.out().contains("FAILED: waited 1 s for process "), ending.out());
    }

    @Test
    void wrongOptionsAreNamed() throws Exception {
        for (List<String> wrong : List.of(List.of("--second", "1"), List.of("--seconds", "0"), List.of("--nodes"),
            List.of("--seed", "x"))) {
            Ending ending = run(wrong, Map.of());
            assertEquals(2, ending.exitCode(), ending.out());
            assertTrue(ending.out().startsWith("soak: " + wrong.getFirst() + ": "), ending.out());
        }
    }
}
