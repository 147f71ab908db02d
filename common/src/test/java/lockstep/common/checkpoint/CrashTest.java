package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Whenever the process dies, the newest checkpoint that was complete is there and sound, and the next save clears away the litter. */
class CrashTest {
    private static final List<String> MOMENTS =
        List.of("directory", "unsynced model.bin", "model.bin", "state.bin", "progress.json", "manifest.json", "synced", "renamed",
            "condemned", "deleted state.bin", "deleted progress.json", "deleted model.bin", "deleted manifest.json",
            "deleted .del-step_00000010", "deleted");

    @TempDir
    private Path directory;

    @Test
    void theMomentsAreThoseOfASaveAndADeletion() {
        List<String> moments = new ArrayList<>();
        new CheckpointStore(directory).save(Snapshots.of(CrashingSave.OLD));
        CrashingSave.saveAndRotate(directory, moment -> moments.add(moment.replace("-" + ProcessHandle.current().pid(), "")));
        assertEquals(MOMENTS, moments);
    }

    @Test
    void aProcessThatDiesAtAnyMomentLosesNothingComplete() throws IOException, InterruptedException {
        for (int moment = 0; moment < MOMENTS.size(); moment++) {
            Path run = directory.resolve("run-" + moment);
            new CheckpointStore(run).save(Snapshots.of(CrashingSave.OLD));
            assertEquals(CrashingSave.HALTED, crash(run, moment), MOMENTS.get(moment));

            CheckpointStore store = new CheckpointStore(run);
            int expected = moment < MOMENTS.indexOf("renamed") ? CrashingSave.OLD : CrashingSave.NEW;
            Snapshots.assertSame(Snapshots.of(expected), CheckpointStore.load(store.newestComplete().orElseThrow()));
            for (Path complete : store.complete()) {
                CheckpointStore.load(complete);
            }

            store.save(Snapshots.of(30));
            List<String> names = new ArrayList<>();
            if (moment < MOMENTS.indexOf("condemned")) {
                names.add("step_00000010");
            }
            if (expected == CrashingSave.NEW) {
                names.add("step_00000020");
            }
            names.add("step_00000030");
            assertEquals(names, names(run.resolve("checkpoints")), MOMENTS.get(moment));
        }
    }

    private static int crash(Path run, int moment) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), CrashingSave.class.getName(), run.toString(),
            String.valueOf(moment)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor();
    }

    private static List<String> names(Path dir) throws IOException {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
