package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import lockstep.deploy.CommandLines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The benchmarks on the smallest model there is, run as a user runs them. Nothing here depends on how fast the machine is. */
class BenchCommandTest {
    private static final int KERNELS = 28;

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine commandLine = CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true));
        return CommandLines.run(commandLine, args);
    }

    private JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void peakPrintsItsTableAndWritesTheSameAsJson() throws IOException {
        Path file = directory.resolve("peak.json");
        assertEquals(0, run("bench", "peak", "--threads", "2", "--stream-mib", "1", "--json", file.toString()), err::toString);
        assertTrue(out.toString().matches("(?s).*\\| fp32 peak, one thread \\| +[0-9.]+ GFLOP/s.*"), out.toString());
        assertTrue(out.toString().matches("(?s).*\\| memory, copy +\\| [0-9.]+ GB/s.*"), out.toString());
        assertMachine(json(file), 2);
    }

    @Test
    void kernelsHaveARowEach() throws IOException {
        Path file = directory.resolve("kernels.json");
        assertEquals(0, run("bench", "kernels", "--model", "d6", "--batch", "1", "--seq-len", "4", "--threads", "1", "--seconds-per-kernel",
            "0.0001", "--stream-mib", "1", "--json", file.toString()), err::toString);
        assertEquals(KERNELS,
            out.toString().lines().filter(line -> line.matches("  [a-z+ ]+ [0-9.]+ us +[0-9.]+ G[A-Z/a-z]+ +[0-9.]+ %")).count(),
            out.toString());
        JsonNode json = json(file);
        assertEquals("d6", json.at("/model").asText());
        assertEquals(1, json.at("/batch").asInt());
        assertEquals(4, json.at("/sequenceLength").asInt());
        assertMachine(json.at("/machine"), 1);
        assertEquals(KERNELS, json.at("/kernels").size());
        for (JsonNode row : json.at("/kernels")) {
            assertTrue(row.at("/unit").asText().matches("GFLOP/s|GB/s"), row.toString());
            assertTrue(row.at("/repetitions").asInt() >= 5, row.toString());
            for (String field : new String[] {"medianUs", "work", "rate", "shareOfPeak"}) {
                assertPositive(row, field);
            }
        }
    }

    @Test
    void stepHasItsPhases() throws IOException {
        Path file = directory.resolve("step.json");
        assertEquals(0, run("bench", "step", "--model", "d6", "--batch", "1", "--seq-len", "4", "--warmup-steps", "0", "--steps", "1",
            "--json", file.toString()), err::toString);
        JsonNode json = json(file);
        for (String field : new String[] {"medianMs", "tokensPerSecond", "gflops", "peakGflops", "shareOfPeak"}) {
            assertPositive(json, field);
        }
        for (String phase : new String[] {"forward", "backward", "norm", "adamw"}) {
            assertPositive(json.at("/phasesMs"), phase);
        }
    }

    @Test
    void allreduceSetsItselfAgainstPlainSockets() throws IOException {
        Path file = directory.resolve("allreduce.json");
        assertEquals(0, run("bench", "allreduce", "--nodes", "3", "--mbytes", "3", "--steps", "1", "--json", file.toString()),
            err::toString);
        assertTrue(out.toString().startsWith("all-reduce of 3 MB over 3 processes"), out.toString());
        JsonNode json = json(file);
        assertEquals(3, json.at("/nodes").asInt());
        for (String field : new String[] {"medianMs", "rawMedianMs", "ratioToRaw", "algorithmGBps", "busGBps", "allocatedMbPerStep"}) {
            assertPositive(json, field);
        }
        assertEquals(json.at("/algorithmGBps").asDouble() * 4 / 3, json.at("/busGBps").asDouble(), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({
        "allreduce, --nodes, 1", "allreduce, --nodes, 17", "allreduce, --mbytes, 0", "allreduce, --mbytes, 8001", "allreduce, --steps, 0",
        "peak, --threads, 0", "peak, --stream-mib, 0", "peak, --stream-mib, 8192", "peak, --vector, 1024", "peak, --json, a/b/c.json",
        "kernels, --model, d7", "kernels, --batch, 0", "kernels, --seq-len, 0", "kernels, --seq-len, 1025", "kernels, --threads, -1",
        "kernels, --filter, dropout", "kernels, --seconds-per-kernel, 0", "kernels, --seconds-per-kernel, NaN",
        "kernels, --seconds-per-kernel, long", "kernels, --batch, 1000000",
        "step, --steps, 0", "step, --warmup-steps, -1", "step, --batch, 0", "step, --seq-len, 1025",
    })
    void aWrongOptionIsOneLineThatNamesIt(String command, String option, String value) {
        String found = option.equals("--json") ? directory.resolve(value).toString() : value;
        assertEquals(2, run("bench", command, option, found), err::toString);
        assertEquals(1, err.toString().lines().count(), err.toString());
        boolean named = err.toString().contains(option) || option.matches("--json|--model") && err.toString().contains(found);
        assertTrue(named, err.toString());
    }

    private static void assertMachine(JsonNode machine, int threads) {
        assertEquals(threads, machine.at("/threads").asInt());
        assertTrue(machine.at("/jvm").asText().contains(Runtime.version().toString()), machine.toString());
        assertTrue(machine.at("/vector").asText().endsWith("bits"), machine.toString());
        for (String field : new String[] {"gflopsOneThread", "gflops", "copyGBytesPerSecond", "triadGBytesPerSecond"}) {
            assertPositive(machine, field);
        }
    }

    private static void assertPositive(JsonNode object, String field) {
        double value = object.at("/" + field).asDouble();
        assertTrue(value > 0 && Double.isFinite(value), field + " in " + object);
    }
}
