package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
