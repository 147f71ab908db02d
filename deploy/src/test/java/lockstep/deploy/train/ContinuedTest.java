package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.ModelFile;
import lockstep.common.format.Sha256;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs that another program began, and goes on with: model and optimizer's state change hands as llm.c's CUDA trainer keeps them. */
class ContinuedTest {
    private static final String[] LENGTH = {"--seq-len", "16", "--batch", "2", "--micro-batches", "3", "--steps", "8", "--lr", "0.001",
        "--warmup", "2", "--val-every", "0", "--sample-every", "0", "--checkpoint-every", "4"};

    @TempDir
    private Path directory;

    private static String[] with(String[] more, String... first) {
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private TinyRun.Result continued(String name, Path model, Path state) throws IOException {
        return TinyRun
            .run(with(LENGTH, "train", "--text", TinyRun.text(directory).toString(), "--tokenizer", "bytes", "--model", model.toString(),
                "--optimizer-state", state.toString(), "--out", directory.resolve(name).toString()));
    }

    @Test
    void aRunThatChangesHandsEndsInTheSameWeights() throws IOException {
        Path whole = directory.resolve("whole");
        String sha256 = TinyRun.run(with(LENGTH, "train", "--text", TinyRun.text(directory).toString(), "--layers", "1", "--heads", "2",
            "--channels", "16", "--out", whole.toString())).sha256();
        Path half = whole.resolve("checkpoints/step_00000004");
        for (String dtype : new String[] {"fp32", "bf16"}) {
            Path handed = directory.resolve("llmc-" + dtype);
            assertEquals(0, TinyRun.run("export", half.toString(), "--to", "llmc", handed.toString(), "--dtype", dtype).exitCode());
            assertTrue(Files.exists(handed.resolve("DONE_00000004")));
            TinyRun.Result result =
                continued("from-" + dtype, handed.resolve("model_00000004.bin"), handed.resolve("state_00000004_00000.bin"));
            assertEquals(sha256, result.sha256(), dtype);
            assertTrue(result.out().contains("step    5/8"), result.out());
        }
        JsonNode origin = new ObjectMapper().readTree(directory.resolve("from-bf16/config.json").toFile()).at("/about/startedFrom");
        Path state = directory.resolve("llmc-bf16/state_00000004_00000.bin");
        assertEquals(Sha256.of(state), origin.path("optimizerStateSha256").asText());
        // the model file has bf16, so these are not the bytes behind its header
        assertEquals(ModelFile.weightsSha256(ModelFile.readParameters(directory.resolve("llmc-bf16/model_00000004.bin"))),
            origin.path("weightsSha256").asText());
        Path elsewhere = Files.move(state, directory.resolve("elsewhere.bin"));
        assertEquals(0, TinyRun.run("reproduce", directory.resolve("from-bf16").toString(), "--optimizer-state", elsewhere.toString())
            .exitCode());
        // once it has a checkpoint, the files that it began with may go
        Path handed = directory.resolve("llmc-fp32");
        Files.delete(handed.resolve("state_00000004_00000.bin"));
        Files.delete(handed.resolve("model_00000004.bin"));
        assertEquals(sha256, TinyRun.resume(directory.resolve("from-fp32")).sha256());
    }

    @Test
    void whatDoesNotBelongTogetherIsOneLine() throws IOException {
        Path whole = directory.resolve("whole");
        TinyRun.run(with(LENGTH, "train", "--text", TinyRun.text(directory).toString(), "--layers", "1", "--heads", "2", "--channels", "16",
            "--out", whole.toString()));
        Path done = whole.resolve("checkpoints/step_00000008");
        TinyRun.Result over = continued("over", done.resolve("model.bin"), done.resolve("state.bin"));
        assertEquals(2, over.exitCode());
        assertTrue(over.err().contains("--steps: found 8, expected more than the 8"), over.err());
        TinyRun.Result other = continued("other", done.resolve("model.bin"), done.resolve("progress.json"));
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("progress.json"), other.err());
        TinyRun.Result alone = TinyRun.run(with(LENGTH, "train", "--optimizer-state", done.resolve("state.bin").toString(), "--out",
            directory.resolve("alone").toString()));
        assertEquals(2, alone.exitCode());
        assertTrue(alone.err().contains("--model FILE beside it"), alone.err());
        assertTrue(Files.notExists(directory.resolve("over")) && Files.notExists(directory.resolve("other")));
    }
}
