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
    void aCheckpointWithItsModel() {
        List<String> lines = DirectoryDescription.describe(checkpoint);
        assertEquals(List.of(
            "directory       " + checkpoint,
            "kind            checkpoint, complete; the checksums of its 3 files are right",
            "step            8",
            "tokenizer       bytes",
            "validation loss 1.25 nats",
            "best so far     0.6666666666666666 nats",
            "spike windows   4 losses, 3 gradient norms",
            "file            " + checkpoint.resolve("model.bin")), lines.subList(0, 8));
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
