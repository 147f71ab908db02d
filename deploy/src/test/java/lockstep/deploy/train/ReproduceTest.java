package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code lockstep reproduce}, through the command line. */
@Timeout(120)
class ReproduceTest {
    private static final String[] LENGTH = {"--steps", "8", "--val-every", "4", "--sample-every", "0", "--checkpoint-every", "3"};

    @TempDir
    private Path dir;
    private Path original;
    private TinyRun.Result trained;

    @BeforeEach
    void train() throws IOException {
        original = dir.resolve("a");
        trained = TinyRun.train(TinyRun.text(dir), original, LENGTH);
        assertEquals(0, trained.exitCode(), trained.err());
    }

    private TinyRun.Result reproduce(String... more) {
        List<String> args = new ArrayList<>(List.of("reproduce", original.toString()));
        args.addAll(List.of(more));
        return TinyRun.run(args.toArray(String[]::new));
    }

    @Test
    void a_run_comes_out_the_same_on_other_threads_and_vectors_and_without_its_text() throws IOException {
        Files.delete(dir.resolve("text.txt")); // the run has its own shards
        TinyRun.Result again = reproduce("--threads", "1", "--vector", "scalar");
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertEquals(trained.sha256(), again.sha256());
        assertTrue(again.out().contains("the same: 8 steps by loss and gradient norm, and the weights of step 8"), again.out());
        assertTrue(Files.isDirectory(dir.resolve("a-again")), "beside the run, by its name");
        assertEquals(2, reproduce().exitCode(), "nothing is overwritten");
    }

    @Test
    void a_run_that_was_stopped_and_went_on_is_reproduced_as_far_as_it_came() throws IOException {
        Path stopped = dir.resolve("b");
        TinyRun.train(dir.resolve("text.txt"), stopped, "--steps", "8", "--stop-after", "2");
        TinyRun.resume(stopped, "--stop-after", "5");
        TinyRun.Result again = TinyRun.run("reproduce", stopped.toString(), "--out", dir.resolve("c").toString());
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertTrue(again.out().contains("the same: 5 steps by loss and gradient norm, and the weights of step 5"), again.out());
    }

    @Test
    void the_first_step_that_differs_is_named_and_ends_it() throws IOException {
        Path metrics = original.resolve("metrics.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(metrics));
        lines.set(4, lines.get(4).replaceFirst("\"loss\":[0-9.]*", "\"loss\":1.25"));
        Files.write(metrics, lines);
        TinyRun.Result again = reproduce();
        assertEquals(1, again.exitCode(), again.out() + again.err());
        assertTrue(again.out().contains("DIFFERENT from step 5 on: loss "), again.out());
        assertTrue(again.out().contains(" here, 1.25 in " + metrics), again.out());
        assertFalse(again.out().contains("the same:"), again.out());
    }

    @Test
    void other_data_is_refused_before_the_first_step() throws IOException {
        Path shard = original.resolve("data/text_train_000000.bin");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 2] ^= 1;
        Files.write(shard, bytes);
        TinyRun.Result again = reproduce();
        assertEquals(2, again.exitCode(), again.out() + again.err());
        assertTrue(again.err().contains("trainSha256"), again.err());
        assertFalse(again.out().contains("step "), again.out());
        assertFalse(Files.exists(dir.resolve("a-again")), "what never trained leaves nothing");
    }

    @Test
    void what_is_no_run_or_has_no_checkpoint_is_named() throws IOException {
        TinyRun.Result none = TinyRun.run("reproduce", dir.toString());
        assertEquals(2, none.exitCode());
        assertEquals("lockstep: " + dir + ": found no config.json, expected the directory of a run\n", none.err());
        Path bare = Files.createDirectory(dir.resolve("bare"));
        Files.copy(original.resolve("config.json"), bare.resolve("config.json"));
        TinyRun.Result unsaved = TinyRun.run("reproduce", bare.toString());
        assertEquals(2, unsaved.exitCode());
        assertEquals("lockstep: " + bare + ": holds no complete checkpoint, expected one, whose weights are to come out again\n",
            unsaved.err());
    }
}
