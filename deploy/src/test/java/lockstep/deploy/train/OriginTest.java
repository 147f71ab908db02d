package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs that start from given weights know from which. */
@Timeout(120)
class OriginTest {
    @TempDir
    private Path dir;
    private String first;
    private Path tuned;
    private TinyRun.Result result;

    @BeforeEach
    void train() throws IOException {
        Path a = dir.resolve("a");
        first = TinyRun.train(TinyRun.text(dir), a, "--steps", "3", "--val-every", "0", "--sample-every", "0").sha256();
        tuned = dir.resolve("b");
        result = TinyRun.run("train", "--model", a.toString(), "--text", dir.resolve("text.txt").toString(), "--out", tuned.toString(),
            "--seq-len", "16", "--batch", "2", "--steps", "5", "--stop-after", "4", "--val-every", "0", "--sample-every", "0");
        assertEquals(0, result.exitCode(), result.err());
    }

    private Path modelFile() {
        return dir.resolve("a/checkpoints/step_00000003/model.bin");
    }

    /** The file is a whole model still, with one weight changed. */
    private void change(Path model) throws IOException {
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length - 4] ^= 1;
        Files.write(model, bytes);
    }

    private TinyRun.Result reproduce(String... more) {
        String[] args = {"reproduce", tuned.toString()};
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return TinyRun.run(all);
    }

    private static String found(String where) {
        return where + ": startedFrom: found weights of sha256 ";
    }

    private void assertRefused(TinyRun.Result refused, String start, String end) {
        assertEquals(2, refused.exitCode(), refused.out() + refused.err());
        assertTrue(refused.err().startsWith("lockstep: " + start) && refused.err().endsWith(end + "\n"), refused.err());
        assertEquals(1, refused.err().lines().count(), refused.err());
        assertFalse(refused.out().contains("step "), refused.out());
    }

    @Test
    void configuration_card_and_description_say_what_a_run_started_from() throws IOException {
        JsonNode origin = new ObjectMapper().readTree(tuned.resolve("config.json").toFile()).at("/about/startedFrom");
        assertEquals(dir.resolve("a").toString(), origin.path("path").asText());
        assertEquals(modelFile().toString(), origin.path("file").asText());
        assertEquals(first, origin.path("weightsSha256").asText());
        assertFalse(origin.has("optimizerState"));
        String card = Files.readString(tuned.resolve("model-card.md"));
        assertTrue(card.contains("| model | a |\n| weights | sha256 `" + first + "` (of `model.bin`, in fp32) |\n"), card);
        assertTrue(TinyRun.run("info", tuned.toString()).out().contains("of sha256       " + first + "\n"));
        JsonNode random = new ObjectMapper().readTree(dir.resolve("a/config.json").toFile()).path("about");
        assertTrue(random.has("model") && !random.has("startedFrom"), random.toString());
    }

    @Test
    void a_path_is_noted_as_it_was_given() throws IOException {
        Path given = Path.of("").toAbsolutePath().relativize(modelFile());
        Path out = dir.resolve("c");
        TinyRun.Result same = TinyRun.run("train", "--model", given.toString(), "--text", dir.resolve("text.txt").toString(), "--out",
            out.toString(), "--seq-len", "16", "--batch", "2", "--steps", "5", "--stop-after", "4", "--val-every", "0", "--sample-every",
            "0");
        assertEquals(result.sha256(), same.sha256());
        JsonNode config = new ObjectMapper().readTree(out.resolve("config.json").toFile());
        assertEquals(given.toString(), config.at("/about/startedFrom/path").asText());
        assertEquals(modelFile().toString(), config.path("model").asText());
    }

    @Test
    void what_is_reproduced_starts_from_the_same_weights_wherever_they_lie_now() throws IOException {
        assertRefused(TinyRun.run("reproduce", dir.resolve("a").toString(), "--model", modelFile().toString()),
            "--model: found " + modelFile(), "notes no weights that the run started from");
        Path moved = Files.move(modelFile(), dir.resolve("moved.bin"));
        assertRefused(reproduce(), tuned + ": startedFrom: found nothing at " + modelFile() + ", expected the weights of sha256 " + first,
            "; --model PATH says where they lie now");
        assertFalse(Files.exists(dir.resolve("b-again")));
        TinyRun.Result again = reproduce("--model", moved.toString());
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertEquals(result.sha256(), again.sha256());
    }

    /** The path of a run leads to its newest checkpoint, which is another when that run goes on. */
    @Test
    void a_run_that_began_from_another_one_is_the_same_when_that_one_has_gone_on() throws IOException {
        Path longer = dir.resolve("longer");
        TinyRun.train(dir.resolve("text.txt"), longer, "--steps", "4", "--val-every", "0", "--sample-every", "0");
        Files.move(longer.resolve("checkpoints/step_00000004"), dir.resolve("a/checkpoints/step_00000004"));
        TinyRun.Result again = reproduce();
        assertEquals(0, again.exitCode(), again.out() + again.err());
        assertEquals(result.sha256(), again.sha256());
        Files.delete(tuned.resolve("checkpoints/step_00000004/manifest.json")); // and so no checkpoint any more
        assertEquals(result.sha256(), TinyRun.resume(tuned, "--stop-after", "4").sha256());
    }

    /** A cluster's survivor asks for them again, hours after the run began. */
    @Test
    void weights_that_are_others_by_now_are_not_taken() throws IOException {
        ReadOrigin origin = ReadOrigin.of(new ModelChoice.Stored(dir.resolve("a")), Optional.empty()).orElseThrow();
        byte[] now = Files.readAllBytes(modelFile());
        change(modelFile());
        assertEquals(first, ModelFile.weightsSha256(origin.weights()), "as they were read");
        Files.write(modelFile(), now);
        assertEquals(first, ModelFile.weightsSha256(origin.weights()), "read again");
        change(modelFile());
        String told = assertThrows(UserError.class, origin::weights).getMessage();
        assertTrue(told.startsWith(found(dir.resolve("a").toString())), told);
        assertTrue(told.endsWith(", expected " + first + ", from which the run started, in " + modelFile()), told);
    }

    @Test
    void other_weights_are_refused_before_the_first_step() throws IOException {
        change(modelFile());
        String end = ", expected " + first + ", from which the run started, in " + modelFile();
        assertRefused(reproduce(), found(tuned.toString()), end + "; --model PATH says where they lie now");
        assertFalse(Files.exists(dir.resolve("b-again")), "what never trained leaves nothing");
    }

    @Test
    void a_resumed_run_needs_them_only_where_it_has_no_checkpoint() throws IOException {
        Path bare = Files.createDirectory(dir.resolve("bare"));
        Files.copy(tuned.resolve("config.json"), bare.resolve("config.json"));
        Files.createDirectory(bare.resolve("data"));
        for (String shard : List.of("text_train_000000.bin", "text_val_000000.bin")) {
            Files.copy(tuned.resolve("data").resolve(shard), bare.resolve("data").resolve(shard));
        }
        assertEquals(result.sha256(), TinyRun.resume(bare, "--stop-after", "4").sha256(), "from the start once more");
        Files.delete(bare.resolve("checkpoints/step_00000004/manifest.json")); // and so no checkpoint any more
        change(modelFile());
        assertRefused(TinyRun.resume(bare), found(bare.resolve("config.json").toString()), " in " + modelFile());
        assertEquals(0, TinyRun.resume(tuned).exitCode());
        assertTrue(Files.readString(tuned.resolve("model-card.md")).contains("sha256 `" + first + "` (of"), "of then, not of now");
    }
}
