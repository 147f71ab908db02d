package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.deploy.MainProcess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A tiny training on the instructions of another architecture, with Debian's JDK for arm64 under qemu: once with NEON alone, whose vectors have 128 bits, and
 * once with the SVE of qemu's default processor. The weights are those of this machine.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Arm64Test {
    private static final String[] LENGTH = {"--steps", "3", "--threads", "2", "--sample-every", "0"};

    private Path dir;
    private Path jdk;
    private Path text;
    private String expected;

    @BeforeAll
    void unpackTheJdk(@TempDir Path temporary) throws Exception {
        dir = temporary;
        assumeTrue(run(List.of("qemu-aarch64", "-version")).exitCode() == 0, "no qemu-aarch64 (apt-get install qemu-user)");
        Path script = Path.of("src/test/resources/arm64/jdk.sh").toAbsolutePath();
        Said unpacked = run(List.of("sh", script.toString(), dir.resolve("arm64").toString()));
        assumeTrue(unpacked.exitCode() == 0, "no JDK for arm64: " + unpacked.text());
        jdk = Path.of(unpacked.text().lines().toList().getLast());
        text = TinyRun.text(dir);
        expected = TinyRun.train(text, dir.resolve("here"), LENGTH).sha256();
    }

    @ParameterizedTest
    @CsvSource({"cortex-a72, 128", "max, 512"})
    void the_weights_are_those_of_this_machine(String processor, int vectorBits) throws Exception {
        List<String> command = MainProcess.command(List.of("-Xmx512m", "-XX:+UseSerialGC"),
            TinyRun.args(text, dir.resolve(processor), LENGTH));
        command.set(0, jdk.resolve("bin/java").toString());
        command.addAll(0, List.of("qemu-aarch64", "-cpu", processor, "-L", dir.resolve("arm64/root").toString()));
        Said said = run(command);
        assertEquals(0, said.exitCode(), said.text());
        JsonNode about = new ObjectMapper().readTree(dir.resolve(processor).resolve("config.json").toFile()).path("about");
        assertEquals("Linux aarch64", about.path("system").asText());
        assertEquals(vectorBits, about.path("vectorBits").asInt());
        assertEquals("weights sha256 " + expected,
            said.text().lines().filter(line -> line.startsWith("weights sha256")).findFirst().orElse(said.text()));
    }

    private record Said(int exitCode, String text) {}

    private Said run(List<String> command) throws InterruptedException {
        try {
            Path file = Files.createTempFile(dir, "said", "");
            Process process = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).redirectOutput(file.toFile()).start();
            try {
                return new Said(process.waitFor(), Files.readString(file, StandardCharsets.UTF_8).strip());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return new Said(127, e.getMessage());
        }
    }
}
