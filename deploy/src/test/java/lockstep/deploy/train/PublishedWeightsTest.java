package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import lockstep.deploy.console.Terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The run without options, the hash that the README has of it, and when a run says that it has come to that hash. */
class PublishedWeightsTest {
    private static final Pattern README = Pattern.compile("^weights sha256 ([0-9a-f]{64})\n([^\n]*)$", Pattern.MULTILINE);
    /** The published run's, two steps after its beginning. */
    private static final String SHA256_OF_STEP_2 = "af4f479e17b0ac182619c91952cd39a95d25c2a3e494bd2a0745fb6b0d713f2f";
    private static final String OTHER = "f".repeat(64);

    @TempDir
    private Path dir;

    @Test
    void theReadmeBeginsWithTheHash() throws IOException {
        Matcher first = README.matcher(Files.readString(Path.of("../README.md")));
        assertTrue(first.find());
        assertEquals(PublishedWeights.SHA256, first.group(1));
        assertEquals("as published for this release", first.group(2));
    }

    /** The loss that the README prints comes from the published run, of which these are the first steps. */
    @Test
    void aRunWithoutAnOptionBeginsAsTheReadmeShows() throws IOException {
        TinyRun.Result run = TinyRun.run("train", "--out", dir.resolve("run").toString(), "--stop-after", "2", "--val-every", "0",
            "--sample-every", "0");
        String shown = Files.readString(Path.of("../README.md")).lines().filter(line -> line.startsWith("step    1/")).findFirst()
            .orElseThrow();
        String firstStep = shown.substring(0, shown.indexOf("| lr "));
        assertTrue(firstStep.matches("step    1/2000 \\| loss \\d\\.\\d{6} \\| norm \\d+\\.\\d{4} +"), firstStep);
        assertTrue(run.out().contains("\n" + firstStep), run.out());
        assertEquals(SHA256_OF_STEP_2, run.sha256());
    }

    @Test
    @Tag("slow")
    void aRunWithoutAnOptionThatReachesTheBitsComesToTheHash() {
        TinyRun.Result run = TinyRun.run("train", "--out", dir.resolve("run").toString(), "--val-every", "0", "--sample-every", "0");
        assertEquals(PublishedWeights.SHA256, run.sha256());
        assertTrue(run.out().endsWith("as published for this release\n"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--seed 42", "--text shakespeare", "--steps 2000", "--threads 1", "--recompute block", "--val-every 7",
        "--val-batches 1",
        "--sample-every 0", "--checkpoint-every 3", "--keep 1", "--log-every 9", "--out elsewhere"})
    void whatReachesNoBitLeavesTheHashAsPublished(String options) {
        assertEquals("as published for this release\n", told(options, DefaultRun.STEPS, PublishedWeights.SHA256));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"--seed 1", "--steps 1999", "--text jdk", "--text ./shakespeare", "--data x.bin --tokenizer bytes", "--tokenizer gpt2",
            "--layers 3", "--heads 2", "--channels 64", "--model d6", "--batch 4", "--seq-len 64", "--micro-batches 2",
            "--micro-batches 2 --batch 4",
            "--lr 1e-3", "--lr-schedule linear", "--warmup 7", "--final-lr-fraction 0.2", "--weight-decay 0", "--beta1 0.8", "--beta2 0.99",
            "--eps 1e-7",
            "--decay all", "--grad-clip 0", "--skip-loss-z 3", "--skip-grad-z 3", "--shuffle none", "--overfit-batch=true"})
    void whatReachesTheBitsSaysNothingEvenOfTheSameHash(String options) {
        assertEquals("", told(options, DefaultRun.STEPS, PublishedWeights.SHA256));
        assertEquals("", told(options, DefaultRun.STEPS, OTHER));
    }

    @Test
    void aRunThatIsNotOverSaysNothing() {
        assertEquals("", told("", DefaultRun.STEPS - 1, OTHER));
    }

    @Test
    void anotherHashOfTheDefaultRunIsWarnedOf() {
        assertEquals("to stderr: lockstep: not as published for this release: expected weights sha256 " + PublishedWeights.SHA256
            + "; please report it with this machine's processor and JDK\n", told("", DefaultRun.STEPS, OTHER));
    }

    @Test
    void anotherHashOfARunOfSeveralBuildsNamesThem() {
        assertEquals("to stderr: lockstep: not as published for this release: expected weights sha256 " + PublishedWeights.SHA256
            + "; the run was trained by more than one build: A on Java 25, B on Java 26\n",
            told("", DefaultRun.STEPS, OTHER, List.of("A on Java 25", "B on Java 26")));
    }

    private static String told(String options, int step, String sha256) {
        return told(options, step, sha256, List.of("A on Java 25"));
    }

    private static String told(String options, int step, String sha256, List<String> builds) {
        TrainOptions parsed = new TrainOptions();
        new CommandLine(parsed).parseArgs(options.isEmpty() ? new String[0] : options.split(" ", -1));
        RunConfig config = new Resolver(parsed).resolve(DefaultRun.STEPS * 1024L, Path.of("shard"));
        StringBuilder said = new StringBuilder();
        PublishedWeights.tell(config, step, sha256, builds, new Terminal() {
            @Override
            public void line(String text) {
                said.append(text).append('\n');
            }

            @Override
            public void warning(String text) {
                said.append("to stderr: ").append(text).append('\n');
            }
        });
        return said.toString();
    }
}
