package lockstep.node.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.node.model.Recompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One run, one hash: the weights after a few steps are these, on every machine and in every release, until the changelog says otherwise. The README says what
 * would change them.
 */
class SameBitsTest {
    private static final String SMALL = "70f4ecf9484fe1e4a5fb8782d5b22af09a4dcf3e242a827500cd015300b5cc99";
    private static final int SMALL_STEPS = 4;
    private static final String TINY = "bec84909a5ff01b25bc9d67443a5de1d6c559b04ceeabb8acb2232cc5d3af0b4";
    private static final int TINY_STEPS = 2;
    private static final int DEADLINE_MINUTES = 10;

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({"1, NONE", "2, NONE", "3, NONE", "5, NONE", "1, GELU", "2, GELU", "2, BLOCK", "3, BLOCK"})
    void forAnyNumberOfThreadsAndAnyRecomputation(int threads, Recompute recompute) {
        assertEquals(SMALL, new GoldenRun("small", SMALL_STEPS, threads, recompute).weightsSha256());
        assertEquals(TINY, new GoldenRun("tiny", TINY_STEPS, threads, recompute).weightsSha256());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"-Dlockstep.vector=512", "-Dlockstep.vector=256", "-Dlockstep.vector=128", "-Dlockstep.vector=scalar", "-XX:UseAVX=2",
            "-XX:-TieredCompilation"})
    void forAnyVectorWidthAndInstructionSet(String flag) throws IOException, InterruptedException {
        assertEquals(SMALL, jvm(List.of(flag), GoldenRun.class, "small", Integer.toString(SMALL_STEPS), "2", "none"));
        assertEquals(TINY, jvm(List.of(flag), GoldenRun.class, "tiny", Integer.toString(TINY_STEPS), "2", "gelu"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dlockstep.vector=256", "-Dlockstep.vector=128", "-Dlockstep.vector=scalar"})
    void normsOfLayersAreTheSameForAnyVectorWidthAndNumberOfThreads(String flag) throws IOException, InterruptedException {
        String norms = jvm(List.of(flag), GoldenRun.Norms.class, "small", "2", "2");
        assertEquals(new GoldenRun("small", 2, 1, Recompute.NONE).norms(), norms);
        assertEquals(new GoldenRun("small", 2, 5, Recompute.NONE).norms(), norms);
    }

    @Test
    void fromTheFirstCompiler() throws IOException, InterruptedException {
        assertEquals(TINY, jvm(List.of("-XX:TieredStopAtLevel=1"), GoldenRun.class, "tiny", Integer.toString(TINY_STEPS), "2", "none"));
    }

    /** The interpreter takes a minute for one step of the smallest model, hence no more than one. */
    @Test
    void interpreted() throws IOException, InterruptedException {
        assertEquals(new GoldenRun("tiny", 1, 2, Recompute.NONE).weightsSha256(),
            jvm(List.of("-Xint"), GoldenRun.class, "tiny", "1", "2", "none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "block"})
    void aStepTakesNothingFromTheHeap(String recompute) throws IOException, InterruptedException {
        assertEquals("0", jvm(List.of(), GoldenRun.Allocation.class, "small", "2", recompute));
    }

    @Test
    void anotherLengthGivesAnotherHash() {
        assertTrue(!new GoldenRun("tiny", TINY_STEPS + 1, 2, Recompute.NONE).weightsSha256().equals(TINY));
    }

    /** Output of a program in a JVM of its own. */
    private String jvm(List<String> flags, Class<?> program, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "--add-modules",
            "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions", "-Xmx1g"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(args));
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES), () -> command + " did not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> command + ": " + read(err));
        return read(out).strip();
    }

    private static String read(Path file) {
        try {
            return java.nio.file.Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
