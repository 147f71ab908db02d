package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code train --hellaswag}: questions between steps, which leave the bits alone. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HellaswagWhileTrainingTest {
    private static final String[] PLAIN =
        {"--micro-batches", "5", "--groups", "4", "--steps", "12", "--val-every", "6", "--sample-every", "0",
            "--checkpoint-every", "4", "--log-every", "1"};

    @TempDir
    private Path dir;
    private Path text;
    private Path questions;

    @BeforeEach
    void write() throws IOException {
        text = TinyRun.text(dir);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            lines.append("{\"ctx\":\"line %d\",\"endings\":[\"is\",\"was\",\"a\",\"the\"],\"label\":%d}%n".formatted(i, i % 4));
        }
        questions = Files.writeString(dir.resolve("h.jsonl"), lines);
    }

    private String[] examined(String... more) {
        List<String> args = new ArrayList<>(List.of(PLAIN));
        args.addAll(List.of("--hellaswag", questions.toString(), "--hellaswag-every", "5", "--hellaswag-questions", "7"));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private static List<String> examinations(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream().filter(line -> line.contains("hellaswag")).toList();
    }

    @Test
    void theBitsStayAndTheLogsTell() throws IOException {
        Path one = dir.resolve("one");
        TinyRun.Result result = TinyRun.run(ClusterRun.command(text, one, examined()));
        assertEquals(TinyRun.run(ClusterRun.command(text, dir.resolve("plain"), PLAIN)).sha256(), result.sha256());
        List<String> told = examinations(one);
        assertEquals(List.of("{\"step\":5", "{\"step\":10", "{\"step\":12"),
            told.stream().map(line -> line.substring(0, line.indexOf(','))).toList());
        assertTrue(told.stream().allMatch(line -> line.endsWith("\"hellaswagQuestions\":7}")), told.toString());
        assertEquals(15, Files.readAllLines(one.resolve("metrics.jsonl")).size());
        assertEquals(3, Files.readAllLines(one.resolve("main.log")).stream().filter(line -> line.contains(" eval:")).count());
        assertEquals(3, result.out().lines().filter(line -> line.startsWith("hellaswag ")).count());
        assertTrue(result.out().lines().anyMatch(line -> line.matches("step +6/12 .* \\| hellaswag 0\\.\\d{4}")), result.out());
    }

    @Test
    void aResumedRunGoesOnAskingAndTellsNothingTwice() throws IOException {
        Path whole = dir.resolve("whole");
        String sha256 = TinyRun.run(ClusterRun.command(text, whole, examined())).sha256();
        Path parts = dir.resolve("parts");
        assertEquals(0, TinyRun.run(ClusterRun.command(text, parts, examined("--stop-after", "5"))).exitCode());
        assertEquals(sha256, TinyRun.resume(parts).sha256());
        assertEquals(examinations(whole), examinations(parts));
    }

    @Test
    void aRunIsReproducedWithoutItsQuestions() throws IOException {
        Path run = dir.resolve("run");
        assertEquals(0, TinyRun.train(text, run, "--steps", "4", "--hellaswag", questions.toString(), "--hellaswag-every", "2").exitCode());
        Files.delete(questions);
        TinyRun.Result again = TinyRun.run("reproduce", run.toString());
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertTrue(again.out().contains("the same: 4 steps by loss and gradient norm"), again.out());
        assertEquals(List.of(), examinations(dir.resolve("run-again")));
    }

    @Test
    void amongNodesTheLeadingOneAsks() throws IOException {
        List<String> args = new ArrayList<>(ClusterRun.args(text, dir.resolve("nodes"), examined()));
        args.addFirst("train");
        args.addAll(List.of("--nodes", "2"));
        try (NodeProcess parent = NodeProcess.command(args)) {
            assertEquals(0, parent.awaitExit(), parent::said);
            Path one = dir.resolve("one");
            assertEquals(TinyRun.run(ClusterRun.command(text, one, examined())).sha256(), parent.await("weights sha256 "), parent::said);
            assertEquals(examinations(one), examinations(dir.resolve("nodes")));
        }
    }

    @Test
    void aWrongFileIsToldBeforeAnythingIsTrained() throws IOException {
        Path broken = Files.writeString(dir.resolve("broken.jsonl"), "{\"ctx\":\"x\"}\n");
        Path out = dir.resolve("out");
        TinyRun.Result result = TinyRun.train(text, out, "--hellaswag", broken.toString());
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("broken.jsonl: line 1: endings: found nothing"), result.err());
        assertTrue(Files.notExists(out));
        assertTrue(TinyRun.train(text, out, "--hellaswag-every", "5").err().contains("expected --hellaswag FILE"));
    }
}
