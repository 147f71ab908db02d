package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The programs of docs/examples compile and do what they say. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @TempDir
    private Path dir;

    private static String run(String example, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
            "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            EXAMPLES.resolve(example + ".java").toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static String line(String said, String start) {
        return said.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow(() -> new AssertionError(said));
    }

    @Test
    void a_text_becomes_a_model_that_talks_and_a_run_ends_early() throws Exception {
        Path text = TinyRun.text(dir);
        Path out = dir.resolve("model");
        String trained = run("TrainOnText", text.toString(), out.toString());
        String checkpoint = out.resolve("checkpoints/step_00000040").toString();
        assertEquals("checkpoint " + checkpoint, line(trained, "checkpoint "));
        assertEquals("trained by [node-1]", line(trained, "trained by "));
        double first = Double.parseDouble(line(trained, "step 10 loss ").substring("step 10 loss ".length()));
        double last = Double.parseDouble(line(trained, "step 40 loss ").substring("step 40 loss ".length()));
        assertTrue(last < first, trained);
        TinyRun.Result command = TinyRun.run("train", "--layers", "2", "--heads", "2", "--channels", "32", "--data",
            out + "/data/text_train_*.bin", "--tokenizer", "bytes", "--batch", "4", "--seq-len", "32", "--micro-batches", "2", "--steps",
            "40", "--sample-every", "0", "--out", dir.resolve("command").toString());
        assertEquals("weights sha256 " + command.sha256(), line(trained, "weights sha256 "), "as the command trains it");

        String talk = run("Talk", out.toString(), "line 1");
        assertTrue(talk.contains("line 1") && talk.length() > "line 1".length() + 100, talk);

        String stopped = run("StopEarly", out + "/data/text_train_*.bin", out + "/data/text_val_*.bin", dir.resolve("early").toString());
        assertTrue(line(stopped, "ended: ").startsWith("ended: STOPPED_BY_FLAG after step "), stopped);
    }
}
