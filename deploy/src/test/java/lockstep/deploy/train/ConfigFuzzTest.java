package lockstep.deploy.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Damaged config.json of a run: told in one line, or read as another configuration. Any other exception fails the test by itself. */
@Timeout(120)
class ConfigFuzzTest {
    private static final List<String> ABSURD =
        List.of("-1", "2147483648", "9223372036854775808", "1e999999999", "0.1e-99999", "null", "\"x\"",
            "\"\\u0000\\n\\u001b\"", "[]", "{}", "[[[[]]]]", "true", "1".repeat(2000));

    @TempDir
    private Path dir;
    private Path run;
    private Path file;
    private byte[] whole;
    private int refused;
    private int read;

    @BeforeEach
    void train() throws IOException {
        run = dir.resolve("run");
        assertEquals(0, TinyRun.train(TinyRun.text(dir), run, "--steps", "1", "--val-every", "0", "--sample-every", "0").exitCode());
        file = run.resolve("config.json");
        whole = Files.readAllBytes(file);
    }

    /** What resuming, reproducing and joining a run do with it before anything else. */
    private void take(byte[] config, String what) throws IOException {
        Files.write(file, config);
        try {
            RunOrigin.noted(TrainRequest.about(run));
            TrainRequest.again(run, Map.of("--out", "elsewhere"));
            read++;
        } catch (UserError e) {
            refused++;
            assertEquals(1, e.getMessage().lines().count(), what + ": " + e.getMessage());
            assertTrue(e.getMessage().contains(file.toString()), what + ": " + e.getMessage());
            assertFalse(e.getMessage().length() > 3000, () -> what + ": " + e.getMessage().length());
        }
    }

    @Test
    void truncationAtEveryByteIsNoticed() throws IOException {
        for (int length = 0; length < new String(whole, StandardCharsets.UTF_8).stripTrailing().length(); length++) {
            take(Arrays.copyOf(whole, length), length + " bytes");
        }
        assertEquals(0, read);
        take(whole, "whole");
        assertEquals(1, read);
    }

    @Test
    void aFlippedBitIsAClearErrorOrAnotherConfiguration() throws IOException {
        Random random = new Random(20261129);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = whole.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            take(damaged, "damaged " + i);
        }
        assertTrue(refused > 500 && read > 100, refused + " refused, " + read + " read");
    }

    /** A terminal obeys what it is shown. */
    @Test
    void controlCharactersThatAnErrorQuotesAreSpeltOut() throws IOException {
        Files.writeString(file, new String(whole, StandardCharsets.UTF_8).replace("\"batch\"", "\"\\u001b[2Jbatch\""));
        TinyRun.Result result = TinyRun.resume(run);
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith("lockstep: " + file + ": \\u001b[2Jbatch: found 2, expected no such field"), result.err());
    }

    @Test
    void absurdValuesAreNamed() throws IOException {
        String config = new String(whole, StandardCharsets.UTF_8);
        for (String field : List.of("batch", "seq-len", "steps", "lr", "seed", "warmup", "threads", "tokenizer", "about")) {
            for (String absurd : ABSURD) {
                String other = config.replaceFirst("(\"" + field + "\" : )(\\{[^}]*}|[^,\\n]*)", "$1" + absurd.replace("\\", "\\\\"));
                assertFalse(other.equals(config), field);
                take(other.getBytes(StandardCharsets.UTF_8), field + " " + absurd);
            }
        }
        assertTrue(refused > 60, refused + " refused, " + read + " read");
    }
}
