package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;
import lockstep.common.format.ModelFile;
import lockstep.common.format.OptimizerStateFile;
import lockstep.common.format.Sha256;
import lockstep.common.replica.GivenUp;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CheckpointStoreTest {
    @TempDir
    private Path run;
    private CheckpointStore store;

    @BeforeEach
    void open() {
        store = new CheckpointStore(run);
    }

    @Test
    void aRunWithoutCheckpointsHasNone() {
        assertEquals(Optional.empty(), store.newestComplete());
        assertEquals(List.of(), store.complete());
    }

    @Test
    void whatIsSavedIsLoadedToTheBit() {
        Path dir = store.save(Snapshots.of(7));
        assertEquals(run.resolve("checkpoints/step_00000007"), dir);
        Snapshots.assertSame(Snapshots.of(7), CheckpointStore.load(dir));
    }

    @Test
    void aStateThatDivergedIsNotSaved() {
        Path older = store.save(Snapshots.of(6));
        Snapshot weights = Snapshots.of(7);
        weights.params()[5 * 4 + 1] = Float.NaN;
        assertTold(() -> store.save(weights), run.resolve("checkpoints/step_00000007"), "not written", "wte: value 21: found NaN", "--lr");
        Snapshot moments = Snapshots.of(8);
        moments.v()[128 * 4 + 3] = Float.POSITIVE_INFINITY;
        assertTold(() -> store.save(moments), run.resolve("checkpoints/step_00000008"), "v of wpe: value 3: found Infinity");
        assertEquals(List.of(older), store.complete());
    }

    /** As older versions wrote it. */
    @Test
    void aCheckpointOfARunThatDivergedIsRefusedByName() throws IOException {
        Snapshot weights = Snapshots.of(7);
        weights.params()[5 * 4 + 1] = Float.NaN;
        Path first = Files.createDirectories(run.resolve("checkpoints/step_00000007"));
        CheckpointFiles.write(first, new CheckpointFiles.Content(weights, OptionalDouble.empty()), _ -> {});
        assertTold(() -> CheckpointStore.load(first), first.resolve("model.bin"), "wte: value 21: found NaN", "training had diverged",
            "older");
        Snapshot moments = Snapshots.of(8);
        moments.v()[3] = Float.POSITIVE_INFINITY;
        Path second = Files.createDirectories(run.resolve("checkpoints/step_00000008"));
        CheckpointFiles.write(second, new CheckpointFiles.Content(moments, OptionalDouble.empty()), _ -> {});
        assertTold(() -> CheckpointStore.load(second), second.resolve("state.bin"), "v: value 3: found Infinity", "training had diverged");
    }

    @Test
    void anAbsentBestLossStaysAbsent() {
        Snapshot s = Snapshots.of(7);
        Snapshot without = new Snapshot(s.shape(), 7, s.params(), s.m(), s.v(), WindowState.empty(), WindowState.empty(),
            OptionalDouble.empty(), "none");
        Snapshots.assertSame(without, CheckpointStore.load(store.save(without)));
    }

    @Test
    void holdsFourFilesOfWhichTwoAreLlmCs() throws IOException {
        Path dir = store.save(Snapshots.of(7));
        assertEquals(List.of("manifest.json", "model.bin", "progress.json", "state.bin"), names(dir));
        assertEquals(Snapshots.SHAPE, ModelFile.readShape(dir.resolve("model.bin")));
        assertEquals(7, OptimizerStateFile.readStep(dir.resolve("state.bin")));
    }

    @Test
    void theManifestVouchesForTheOthersInAFixedOrder() throws IOException {
        Path dir = store.save(Snapshots.of(7), 1.5);
        String expected = """
            {
              "format" : 1,
              "step" : 7,
              "weightsSha256" : "WEIGHTS",
              "valLossNats" : 1.5,
              "files" : [ {
                "name" : "model.bin",
                "bytes" : 4208,
                "sha256" : "MODEL"
              }, {
                "name" : "state.bin",
                "bytes" : 7392,
                "sha256" : "STATE"
              }, {
                "name" : "progress.json",
                "bytes" : BYTES,
                "sha256" : "PROGRESS"
              } ]
            }""".replace("WEIGHTS", ModelFile.weightsSha256(Snapshots.of(7).params())).replace("MODEL", sha(dir, "model.bin"))
            .replace("STATE", sha(dir, "state.bin")).replace("PROGRESS", sha(dir, "progress.json"))
            .replace("BYTES", String.valueOf(Files.size(dir.resolve("progress.json"))));
        assertEquals(expected, Files.readString(dir.resolve("manifest.json")));
    }

    @Test
    void theNewestIsTheOneOfTheHighestStepWhateverTheOrderOfSaving() {
        Path newest = store.save(Snapshots.of(123456789));
        Path middle = store.save(Snapshots.of(99999999));
        Path first = store.save(Snapshots.of(0));
        assertEquals(Optional.of(newest), store.newestComplete());
        assertEquals(List.of(first, middle, newest), store.complete());
    }

    @Test
    void aLocaleWithDigitsOfItsOwnChangesNoName() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.of("ar", "EG"));
        try {
            assertNotEquals("20", String.format("%d", 20), "this JVM knows Arabic digits");
            Path saved = store.save(Snapshots.of(20));
            assertEquals("step_00000020", saved.getFileName().toString());
            assertEquals(Optional.of(saved), store.newestComplete());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatAnOlderBuildNamedInTheDigitsOfItsLocaleIsFound() throws IOException {
        Path saved = store.save(Snapshots.of(20));
        Path persian = saved.resolveSibling("step_\u06f0\u06f0\u06f0\u06f0\u06f0\u06f0\u06f2\u06f0");
        Files.move(saved, persian);
        assertEquals(Optional.of(persian), store.newestComplete());
        assertEquals(20, CheckpointStore.step(persian).orElseThrow());
    }

    @Test
    void savingTheSameStateAgainChangesNothing() throws IOException {
        Path dir = store.save(Snapshots.of(7), 1.5);
        Object written = Files.getAttribute(dir.resolve("model.bin"), "fileKey");
        Path again = store.save(Snapshots.of(7));
        assertEquals(dir, again);
        assertEquals(written, Files.getAttribute(dir.resolve("model.bin"), "fileKey"));
        assertTrue(Files.readString(dir.resolve("manifest.json")).contains("\"valLossNats\" : 1.5"));
    }

    @Test
    void savingTheSameStateAgainAddsTheLossMeasuredSince() throws IOException {
        Path dir = store.save(Snapshots.of(7));
        store.save(Snapshots.of(7), 1.5);
        assertTrue(Files.readString(dir.resolve("manifest.json")).contains("\"valLossNats\" : 1.5"));
        assertEquals(4, names(dir).size());
        Snapshots.assertSame(Snapshots.of(7), CheckpointStore.load(dir));
    }

    @Test
    void anotherStateOfTheSameStepIsRefused() {
        Path dir = store.save(Snapshots.of(7));
        GivenUp error = assertThrows(GivenUp.class, () -> store.save(Snapshots.other(7)));
        assertTrue(error.getMessage().startsWith(dir + ": already exists and holds another state; nothing is overwritten"),
            error.getMessage());
        Snapshots.assertSame(Snapshots.of(7), CheckpointStore.load(dir));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.bin", "state.bin", "progress.json"})
    void oneFlippedByteIsRefusedWithBothDigestsAndNotPassedOver(String name) throws IOException {
        store.save(Snapshots.of(7));
        Path newest = store.save(Snapshots.of(8));
        String expected = sha(newest, name);
        byte[] bytes = Files.readAllBytes(newest.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest.resolve(name), bytes);
        assertEquals(Optional.of(newest), store.newestComplete());
        assertTold(() -> CheckpointStore.load(newest), newest.resolve(name), "sha256", "found " + sha(newest, name),
            "expected " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.bin", "state.bin", "progress.json", "manifest.json"})
    void aDirectoryThatLacksAFileIsPassedOver(String name) throws IOException {
        Path older = store.save(Snapshots.of(7));
        Path newest = store.save(Snapshots.of(8));
        Files.delete(newest.resolve(name));
        assertEquals(Optional.of(older), store.newestComplete());
        assertEquals(List.of(older), store.complete());
        assertTold(() -> CheckpointStore.load(newest), newest.resolve(name), "no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.bin", "state.bin", "progress.json", "manifest.json"})
    void aDirectoryWithACutFileIsPassedOver(String name) throws IOException {
        Path older = store.save(Snapshots.of(7));
        Path newest = store.save(Snapshots.of(8));
        byte[] bytes = Files.readAllBytes(newest.resolve(name));
        Files.write(newest.resolve(name), Arrays.copyOf(bytes, bytes.length - 1));
        assertEquals(Optional.of(older), store.newestComplete());
        assertThrows(UserError.class, () -> CheckpointStore.load(newest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "{\"format\":1,\"step\":8,\"files\":[]}", "{\"format\":1,\"step\":8}",
        "{\"format\":1,\"step\":8,\"files\":[{\"name\":\"../../model.bin\",\"bytes\":1,\"sha256\":\"0\"}]}"})
    void aManifestThatVouchesForLessIsNone(String manifest) throws IOException {
        Path older = store.save(Snapshots.of(7));
        Path newest = store.save(Snapshots.of(8));
        Files.writeString(newest.resolve("manifest.json"), manifest);
        assertEquals(Optional.of(older), store.newestComplete());
        assertTold(() -> CheckpointStore.load(newest), newest.resolve("manifest.json"), "expected");
    }

    @Test
    void aLaterFormatIsRefusedByItsNumberAndNotPassedOver() throws IOException {
        store.save(Snapshots.of(7));
        Path newest = store.save(Snapshots.of(8));
        Files.writeString(newest.resolve("manifest.json"), "{\"format\": 2, \"step\": 8, \"parts\": [\"new\"]}");
        assertEquals(Optional.of(newest), store.newestComplete());
        assertTold(() -> CheckpointStore.load(newest), newest.resolve("manifest.json"), "format: found 2, expected 1");
        assertThrows(GivenUp.class, () -> store.save(Snapshots.of(8)));
    }

    @Test
    void anIncompleteDirectoryIsMovedAsideWhenItsStepIsSavedAgain() throws IOException {
        Path dir = store.save(Snapshots.of(7));
        Files.delete(dir.resolve("manifest.json"));
        store.save(Snapshots.of(7));
        Snapshots.assertSame(Snapshots.of(7), CheckpointStore.load(dir));
        assertEquals(List.of("step_00000007", "step_00000007.incomplete-1"), names(run.resolve("checkpoints")));
        assertEquals(List.of("model.bin", "progress.json", "state.bin"), names(run.resolve("checkpoints/step_00000007.incomplete-1")));
        assertEquals(List.of(dir), store.complete());
    }

    @Test
    void litterOfTheDeadIsClearedAndThatOfTheLivingStays() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        dead.waitFor();
        long living = ProcessHandle.current().parent().orElseThrow().pid();
        Path checkpoints = Files.createDirectories(run.resolve("checkpoints"));
        Files.writeString(Files.createDirectory(checkpoints.resolve(".tmp-step_00000005-" + dead.pid())).resolve("model.bin"), "half");
        Files.createDirectories(checkpoints.resolve(".del-step_00000004-" + dead.pid()).resolve("below"));
        Files.createDirectory(checkpoints.resolve(".tmp-step_00000006-" + living));
        Files.createDirectory(checkpoints.resolve("notes"));
        store.save(Snapshots.of(7));
        assertEquals(List.of(".tmp-step_00000006-" + living, "notes", "step_00000007"), names(checkpoints));
    }

    @Test
    void aSaveThatFailsLeavesNothing() throws IOException {
        CheckpointStore full = new CheckpointStore(run, moment -> {
            if (moment.equals("state.bin")) {
                throw new UserError("the disk is full");
            }
        });
        store.save(Snapshots.of(7));
        assertThrows(UserError.class, () -> full.save(Snapshots.of(8)));
        assertEquals(List.of("step_00000007"), names(run.resolve("checkpoints")));
    }

    /** Steps 1 to 6; the validation loss is lowest at 2. */
    private List<Integer> stepsKept(Retention retention) {
        for (int step = 1; step <= 6; step++) {
            store.save(Snapshots.of(step), Math.abs(step - 2) + 1.0);
            store.rotate(retention);
        }
        List<Integer> steps = new ArrayList<>();
        store.complete().forEach(dir -> steps.add(CheckpointStore.step(dir).getAsInt()));
        return steps;
    }

    @Test
    void rotationWithoutALimitKeepsAll() {
        assertEquals(List.of(1, 2, 3, 4, 5, 6), stepsKept(new Retention(0, 0, false)));
    }

    @Test
    void rotationKeepsTheNewest() {
        assertEquals(List.of(5, 6), stepsKept(new Retention(2, 0, false)));
    }

    @Test
    void rotationKeepsMajorSteps() {
        assertEquals(List.of(3, 5, 6), stepsKept(new Retention(2, 3, false)));
    }

    @Test
    void rotationKeepsTheBest() {
        assertEquals(List.of(2, 6), stepsKept(new Retention(1, 0, true)));
    }

    @Test
    void rotationKeepsAllThreeKinds() throws IOException {
        assertEquals(List.of(2, 4, 6), stepsKept(new Retention(1, 4, true)));
        assertEquals(3, names(run.resolve("checkpoints")).size());
    }

    @Test
    void rotationWithoutAMeasuredLossHasNoBest() {
        for (int step = 1; step <= 3; step++) {
            store.save(Snapshots.of(step));
        }
        store.rotate(new Retention(1, 0, true));
        assertEquals(1, store.complete().size());
    }

    @Test
    void aRetentionOfLessThanNothingIsRefused() {
        assertTold(() -> new Retention(-1, 0, false), "--keep", "found -1");
        assertTold(() -> new Retention(0, -1, false), "--keep-major", "found -1");
    }

    private static String sha(Path dir, String name) {
        return Sha256.of(dir.resolve(name));
    }

    private static List<String> names(Path dir) throws IOException {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
