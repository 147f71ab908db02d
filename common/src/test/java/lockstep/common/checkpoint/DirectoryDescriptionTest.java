package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.format.ModelFile;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;

class DirectoryDescriptionTest {
    private static final String WEIGHTS_7 = ModelFile.weightsSha256(Snapshots.of(7).params());
    private static final String WEIGHTS_8 = ModelFile.weightsSha256(Snapshots.of(8).params());

    @TempDir
    private Path run;
    private Path checkpoint;

    @BeforeEach
    void save() {
        CheckpointStore store = new CheckpointStore(run);
        store.save(Snapshots.of(7));
        checkpoint = store.save(Snapshots.of(8), 1.25);
    }

    @Test
    void aCheckpointWithItsModel() throws IOException {
        List<String> lines = DirectoryDescription.describe(checkpoint);
        assertEquals(List.of(
            "directory       " + checkpoint,
            "kind            checkpoint, complete; the checksums of its 3 files are right",
            // 796 parameters behind a header of 1024 bytes
            "files           model.bin 4,208 bytes, state.bin 7,392 bytes, progress.json "
                + Files.size(checkpoint.resolve("progress.json")) + " bytes",
            "step            8",
            "tokenizer       bytes",
            "validation loss 1.25 nats",
            "best so far     0.6666666666666666 nats",
            "spike windows   4 losses, 3 gradient norms",
            "file            " + checkpoint.resolve("model.bin")), lines.subList(0, 9));
        assertEquals("weights sha256  " + WEIGHTS_8, lines.getLast());
    }

    @Test
    void aRunWithItsCheckpoints() throws IOException {
        Files.writeString(run.resolve("config.json"), "{}");
        Files.writeString(run.resolve(".lock"), "");
        assertEquals(List.of(
            "directory       " + run,
            "kind            run",
            "files           config.json",
            "checkpoints     2",
            "                step 7, weights sha256 " + WEIGHTS_7,
            "                step 8, validation loss 1.25 nats, weights sha256 " + WEIGHTS_8), DirectoryDescription.describe(run));
    }

    @Test
    void aRunWithWhatItLearnsFromAndHowFarItGot() throws IOException {
        Files.writeString(run.resolve("config.json"), """
            {"layers": 2, "heads": 3, "channels": 48, "text": "bard.txt", "tokenizer": "bytes", "lr": 0.001,
             "about": {"model": {"L": 2, "parameters": 92976}, "startedFrom": {"path": "a.bin", "weightsSha256": "bb"}, "data": {"trainTokens": 1000, "trainSha256": "aa"}}}
            """);
        Files.writeString(run.resolve("metrics.jsonl"), "{\"step\":7,\"loss\":2.5}\n{\"step\":8,\"loss\":2.25}\n");
        assertEquals(List.of(
            "directory       " + run,
            "kind            run",
            "files           config.json metrics.jsonl",
            "layers          2",
            "heads           3",
            "channels        48",
            "parameters      92976",
            "started from    a.bin",
            "of sha256       bb",
            "text            bard.txt",
            "tokenizer       bytes",
            "train tokens    1000",
            "last step       {\"step\":8,\"loss\":2.25}",
            "checkpoints     2"), DirectoryDescription.describe(run).subList(0, 14));
    }

    @Test
    void aRunByTheModelsNameAndItsShards() throws IOException {
        Files.writeString(run.resolve("config.json"), "{\"model\": \"d12\", \"data\": \"train_*.bin\", \"val-data\": \"val_*.bin\"}");
        Files.writeString(run.resolve("metrics.jsonl"), "");
        assertEquals(List.of("model           d12", "data            train_*.bin", "val-data        val_*.bin", "checkpoints     2"),
            DirectoryDescription.describe(run).subList(3, 7));
    }

    @Test
    void aRunWhoseConfigurationIsDamagedIsRefused() throws IOException {
        Path config = Files.writeString(run.resolve("config.json"), "{\"model\": ");
        assertTold(() -> DirectoryDescription.describe(run), config, "expected");
    }

    @Test
    void damageIsToldAndNotDescribed() throws IOException {
        byte[] bytes = Files.readAllBytes(checkpoint.resolve("state.bin"));
        bytes[2000] ^= 1;
        Files.write(checkpoint.resolve("state.bin"), bytes);
        assertTold(() -> DirectoryDescription.describe(checkpoint), checkpoint.resolve("state.bin"), "sha256: found");
        Files.delete(checkpoint.resolve("manifest.json"));
        assertTold(() -> DirectoryDescription.describe(checkpoint), checkpoint.resolve("manifest.json"), "no such file");
    }

    @Test
    void anotherDirectoryIsRefused() throws IOException {
        Path empty = Files.createDirectory(run.resolve("empty"));
        assertTold(() -> DirectoryDescription.describe(empty), empty, "expected a checkpoint or a run directory");
    }
}
