package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.replica.GivenUp;
import lockstep.node.train.StepReport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunDirectoryTest {
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path dir;

    @Test
    void twoTrainersNeverShareOne() {
        Path out = dir.resolve("a");
        try (RunDirectory first = RunDirectory.create(out)) {
            first.begin(CONFIG);
            UserError error = assertThrows(UserError.class, () -> RunDirectory.open(out));
            assertTrue(error.getMessage().contains("in use by another trainer"), error.getMessage());
        }
        RunDirectory.open(out).close();
    }

    /** Of a node that gives up: never where another process writes, nor where another run lies. */
    @Test
    void a_refuge_is_the_runs_directory_or_one_beside_it() throws IOException {
        Path out = dir.resolve("a");
        RunHome later = RunHome.later(out, CONFIG);
        assertEquals(out, later.refuge());
        later.close();
        try (RunDirectory held = RunDirectory.open(out)) {
            assertEquals(out, RunHome.of(held, CONFIG).refuge());
            Path beside = RunHome.later(out, CONFIG).refuge();
            assertEquals(dir.resolve("a-saved"), beside);
            assertArrayEquals(CONFIG, Files.readAllBytes(beside.resolve("config.json")));
            assertTrue(held.isHeld(), "the directory was taken from who writes there");
        }
    }

    /** The state's step is in the directory already, with another state. */
    @Test
    void where_the_runs_directory_has_no_place_for_the_state_another_one_is_made_and_the_first_is_free() throws IOException {
        Path out = dir.resolve("a");
        RunDirectory made = RunDirectory.create(out);
        made.begin(CONFIG);
        try (RunHome home = RunHome.of(made, CONFIG)) {
            assertEquals(out, home.refuge());
            assertEquals(dir.resolve("a-saved"), home.anotherRefuge());
            assertArrayEquals(CONFIG, Files.readAllBytes(dir.resolve("a-saved/config.json")));
            RunDirectory.open(out).close();
        }
    }

    private static byte[] config(String options, String about) {
        return ("{" + options + ",\"about\":{\"model\":{\"L\":1},\"data\":{\"trainSha256\":\"ab\"}," + about + "}}")
            .getBytes(StandardCharsets.UTF_8);
    }

    /** What lies in the directory of a node that joins may become the run's state one day, when all others are gone. */
    @Test
    void a_joining_nodes_directory_is_new_or_the_runs() throws IOException {
        byte[] run = config("\"seed\":1,\"threads\":2", "\"machine\":\"x\"");
        Path out = dir.resolve("a");
        RunHome.later(out, run);
        try (RunDirectory made = RunDirectory.create(out)) {
            made.begin(run);
        }
        assertTrue(RunHome.later(out, run).holdsTheRun());
        assertTrue(RunHome.later(out, config("\"seed\":1,\"threads\":4", "\"machine\":\"y\"")).holdsTheRun(),
            "it is the same run elsewhere");
        byte[] another = config("\"seed\":2,\"threads\":2", "\"machine\":\"x\"");
        UserError error = assertThrows(UserError.class, () -> RunHome.later(out, another));
        assertTrue(error.getMessage().startsWith("--out: " + out + ": holds another run or other files"), error.getMessage());
        RunHome numbered = RunHome.laterBelow(dir, Path.of("a"), another);
        assertEquals(dir.resolve("a-2"), numbered.path());
        assertFalse(numbered.holdsTheRun());
        Path files = Files.createDirectories(dir.resolve("files"));
        Files.createDirectories(files.resolve("checkpoints"));
        assertThrows(UserError.class, () -> RunHome.later(files, run));
    }

    @Test
    void whoLosesItToAnotherWritesNoLineMore() throws IOException {
        Path out = dir.resolve("a");
        StepReport report = new StepReport(1, 9, 1, Double.NaN, 1, Double.NaN, 1e-4f, true, 0, 0, 0, 0, 0, 0, 1, 256);
        try (RunDirectory first = RunDirectory.create(out)) {
            first.begin(CONFIG);
            RunHome home = RunHome.of(first, CONFIG);
            try (RunLogs logs = new RunLogs(out, 0)) {
                HeldLogs withOthers = new HeldLogs(home, Leading.Company.WITH_OTHERS, logs);
                withOthers.stepDone(report);
                assertFalse(home.isAnothers());
                RunDirectory second = RunDirectory.takeOver(out);
                withOthers.stepDone(report);
                withOthers.validated(1, 2);
                assertTrue(home.isAnothers());
                assertEquals(1, Files.readAllLines(out.resolve("metrics.jsonl")).size());
                assertEquals(List.of(), Files.readAllLines(out.resolve("validation.jsonl")));
                HeldLogs alone = new HeldLogs(home, Leading.Company.ALONE, logs);
                GivenUp error = assertThrows(GivenUp.class, () -> alone.stepDone(report));
                assertTrue(error.getMessage().startsWith(out + ": another node leads the run and writes there now"), error.getMessage());
                second.close();
            }
        }
    }

    @Test
    void aNodeThatNeverLedSeesWhetherAnotherProcessDoes() {
        Path out = dir.resolve("a");
        RunHome later = RunHome.later(out, CONFIG);
        assertFalse(later.isAnothers());
        try (RunDirectory first = RunDirectory.create(out)) {
            assertFalse(later.isAnothers());
            first.begin(CONFIG);
            assertTrue(later.isAnothers());
        }
        assertFalse(later.isAnothers());
    }

    @Test
    void aRunIsKnownAgainByWhatReachesItsWeightsAndByWhereItBegan() throws IOException {
        String began =
            "{\"lr\": 0.003, \"steps\": 9, \"threads\": 2, \"val-every\": 3, \"about\": {\"lockstep\": \"lockstep 1\", \"directory\": \"/runs/a\","
                + " \"beganIn\": \"/runs/a\", \"model\": {\"L\": 1}, \"data\": {\"trainSha256\": \"ab\"}}}";
        assertTrue(isKnown(began, began));
        assertTrue(isKnown(began, began.replace("\"threads\": 2", "\"threads\": 1").replace("\"val-every\": 3, ", "")), "what is free");
        assertTrue(isKnown(began, began.replace("lockstep 1", "lockstep 2").replace("\"lr\"", "\"later\": 1, \"lr\"")), "another release");
        assertTrue(isKnown(began.replace("\"beganIn\": \"/runs/a\", ", ""), began), "an older release");
        assertTrue(isKnown(began, began.replace("\"directory\": \"/runs/a\"", "\"directory\": \"/moved\"")));
        assertTrue(isKnown(began, began.replace("\"steps\": 9", "\"steps\": 12").replace("\"model\"", "\"stepsBefore\": [9], \"model\"")));
        for (String[] other : new String[][] {{"0.003", "0.004"}, {"\"ab\"", "\"ac\""}, {"\"L\": 1", "\"L\": 2"},
            {"\"steps\": 9", "\"steps\": 12"}, {"\"beganIn\": \"/runs/a\"", "\"beganIn\": \"/runs/b\""}}) {
            assertFalse(isKnown(began, began.replace(other[0], other[1])), other[1]);
        }
    }

    /** Manifests have one fixed --out: two runs of one command, of one release or two, begin in one directory. */
    @Test
    void two_runs_of_one_command_in_one_directory_are_told_apart() throws IOException {
        String old = "{\"steps\": 9, \"about\": {\"lockstep\": \"1\", \"beganIn\": \"/runs/run\"}}";
        String one = "{\"steps\": 9, \"about\": {\"lockstep\": \"2\", \"runId\": \"f00d\", \"beganIn\": \"/runs/run\"}}";
        assertTrue(isKnown(one, one.replace("\"2\"", "\"3\"").replace("/runs/run", "/moved")), "with another build, elsewhere");
        assertFalse(isKnown(one, one.replace("f00d", "beef")));
        assertFalse(isKnown(old, one), "a run with an id has had it from its beginning");
        assertFalse(isKnown(one, old));
        assertTrue(isKnown(old, old.replace("\"1\"", "\"2\"")), "of an older release, resumed with this one");
    }

    @Test
    void a_run_keeps_its_id_and_another_one_has_another() throws IOException {
        Map<String, Object> begun = RunRecord.begins(dir);
        String config = "{\"steps\": 9, \"about\": {\"runId\": \"" + begun.get("runId") + "\", \"beganIn\": \"" + dir + "\"}}";
        Files.writeString(dir.resolve("config.json"), config);
        assertEquals(begun, RunRecord.of(dir).history(9));
        assertNotEquals(begun.get("runId"), RunRecord.begins(dir).get("runId"));
    }

    @Test
    void a_directory_that_knows_of_more_steps_than_who_takes_it_keeps_them() throws IOException {
        String longer = "{\"steps\": 12, \"about\": {\"beganIn\": \"/runs/a\", \"stepsBefore\": [9]}}";
        String shorter = "{\"steps\": 9, \"about\": {\"beganIn\": \"/runs/a\"}}";
        Path out = Files.createDirectory(dir.resolve("own"));
        Files.writeString(out.resolve("config.json"), longer);
        try (RunHome home = RunHome.later(out, shorter.getBytes(StandardCharsets.UTF_8))) {
            home.take();
            assertEquals(longer, Files.readString(out.resolve("config.json")));
        }
    }

    @Test
    void aNodesOwnDirectoryFromBeforeTheRunWasGivenMoreStepsLearnsOfThem() throws IOException {
        String before = "{\"steps\": 9, \"about\": {\"directory\": \"/runs/a\"}}";
        String after = "{\"steps\": 12, \"about\": {\"beganIn\": \"/runs/a\", \"stepsBefore\": [9]}}";
        Path out = Files.createDirectory(dir.resolve("own"));
        Files.writeString(out.resolve("config.json"), before);
        try (RunHome home = RunHome.later(out, after.getBytes(StandardCharsets.UTF_8))) {
            home.take();
            assertEquals(after, Files.readString(out.resolve("config.json")));
        }
    }

    /** @param there what the directory's config.json holds */
    private boolean isKnown(String there, String trained) throws IOException {
        Path out = Files.createDirectories(dir.resolve("known"));
        Files.writeString(out.resolve("config.json"), there);
        return RunHome.isOf(out, trained.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNodeThatJoinsIsToldAtOnceThatItsDirectoryIsAnothersOrFull() throws IOException {
        Path other = Files.createDirectory(dir.resolve("other"));
        Files.writeString(other.resolve("config.json"), "{\"lr\": 1}");
        Path full = Files.createDirectory(dir.resolve("full"));
        Files.writeString(full.resolve("thesis.txt"), "all of it");
        for (String option : List.of("--out", "--resume")) {
            assertRefused(option + ": " + other + ": holds another run", Map.of(option, other.toString()));
        }
        assertRefused("--out: " + full + ": holds another run or other files", Map.of("--out", full.toString()));
        assertEquals(dir.resolve("new"), JoinedRun.home(Map.of("--out", dir.resolve("new").toString()), other, CONFIG).path());
        assertFalse(Files.exists(dir.resolve("new")), "nothing is made before it leads");
    }

    private static void assertRefused(String start, Map<String, String> given) {
        UserError error = assertThrows(UserError.class, () -> JoinedRun.home(given, Path.of("/nowhere/a"), CONFIG));
        assertTrue(error.getMessage().startsWith(start), error.getMessage());
    }

    @Test
    void twoTrainersThatComeAtOnceDoNotShareAnEmptyOne() throws IOException {
        Path out = Files.createDirectory(dir.resolve("a"));
        try (RunDirectory first = RunDirectory.create(out)) {
            assertEquals(out, first.path());
            assertThrows(UserError.class, () -> RunDirectory.create(out));
        }
    }

    @Test
    void aRunThatExistsIsRefusedWithTheWayToGoOn() {
        Path out = dir.resolve("a");
        try (RunDirectory run = RunDirectory.create(out)) {
            run.begin(CONFIG);
        }
        UserError error = assertThrows(UserError.class, () -> RunDirectory.create(out));
        assertTrue(error.getMessage().startsWith("--out: " + out + ": found ") && error.getMessage().endsWith("--resume " + out),
            error.getMessage());
    }

    @Test
    void aRunThatNeverBeganIsUnmade() throws IOException {
        Path out = dir.resolve("deep").resolve("a");
        try (RunDirectory run = RunDirectory.create(out)) {
            Files.createDirectory(run.data());
            Files.writeString(run.data().resolve("x.bin"), "half");
        }
        assertFalse(Files.exists(dir.resolve("deep")));
    }

    @Test
    void anEmptyDirectoryOfTheUsersStaysWhenNoRunComesOfIt() throws IOException {
        Path out = Files.createDirectory(dir.resolve("a"));
        RunDirectory.create(out).close();
        try (var entries = Files.list(out)) {
            assertEquals(0, entries.count());
        }
    }

    @Test
    void aNameThatIsTakenGetsANumber() {
        LocalDateTime now = LocalDateTime.of(2026, 11, 24, 3, 4, 5);
        try (RunDirectory first = RunDirectory.createBelow(dir, now); RunDirectory second = RunDirectory.createBelow(dir, now)) {
            assertEquals("20261124-030405", first.path().getFileName().toString());
            assertEquals("20261124-030405-2", second.path().getFileName().toString());
        }
    }
}
