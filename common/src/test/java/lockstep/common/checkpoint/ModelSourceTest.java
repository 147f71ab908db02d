package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;

class ModelSourceTest {
    @TempDir
    private Path run;

    @Test
    void aRunDirectoryMeansItsNewestCompleteCheckpoint() throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path complete = store.save(Snapshots.of(7));
        Files.delete(store.save(Snapshots.of(8)).resolve("manifest.json"));
        assertEquals(new ModelSource(complete.resolve("model.bin"), Optional.of("bytes")), ModelSource.resolve(run));
    }

    @Test
    void aCheckpointDirectoryMeansItsModel() {
        Path dir = new CheckpointStore(run).save(Snapshots.of(7));
        assertEquals(new ModelSource(dir.resolve("model.bin"), Optional.of("bytes")), ModelSource.resolve(dir));
    }

    @Test
    void aModelFileSaysNothingOfItsTokenizer() {
        Path model = new CheckpointStore(run).save(Snapshots.of(7)).resolve("model.bin");
        assertEquals(new ModelSource(model, Optional.empty()), ModelSource.resolve(model));
    }

    @Test
    void aDirectoryWithAModelAloneWillDo() throws IOException {
        Path model = new CheckpointStore(run).save(Snapshots.of(7)).resolve("model.bin");
        Path dir = Files.createDirectory(run.resolve("downloaded"));
        Files.copy(model, dir.resolve("model.bin"));
        assertEquals(new ModelSource(dir.resolve("model.bin"), Optional.empty()), ModelSource.resolve(dir));
    }

    @Test
    void whatIsNoModelIsRefused() {
        assertTold(() -> ModelSource.resolve(run), run, "found nothing", "a complete checkpoint", "empty");
        assertTold(() -> ModelSource.resolve(run.resolve("none")), run.resolve("none"), "no such file or directory");
    }
}
