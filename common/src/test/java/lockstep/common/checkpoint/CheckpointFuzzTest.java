package lockstep.common.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;

import static lockstep.common.format.UserErrors.assertClear;
import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Damaged checkpoints: each is refused by one line that names a path, or is read. What the manifest vouches for is told apart by its checksums, so the small files
 * are also read behind a manifest that agrees with the damage. Any other exception fails the test by itself.
 */
class CheckpointFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> FILES = List.of("model.bin", "state.bin", "progress.json", "manifest.json");
    /** Behind it one byte of a file of weights is as good as another. */
    private static final int PAST_HEADER = 1100;
    private static final List<String> ABSURD = List.of("-1", "0", "2147483647", "2147483648", "9223372036854775807", "18446744073709551615",
        "1e300", "1e999999999", "null", "\"x\"", "[]", "{}", "[null]", "[[]]", "true", "1".repeat(2000));
    private static final List<String> NUMBERS = List.of("step", "count", "index", "sum", "sumOfSquares", "bestValLossNats");

    @TempDir
    private Path run;
    private CheckpointStore store;
    private Path checkpoint;
    private int refused;
    private int read;

    @BeforeEach
    void save() {
        store = new CheckpointStore(run);
        checkpoint = store.save(Snapshots.of(7));
    }

    private void load(String what) {
        try {
            Snapshot loaded = CheckpointStore.load(checkpoint);
            assertEquals(loaded.shape().parameterCount(), loaded.params().length, what);
            read++;
        } catch (UserError e) {
            refused++;
            assertClear(e, run, what);
        }
    }

    /** Of a directory that a run left behind: whatever is wrong with its newest checkpoint, to look for one ends. */
    private void lookFor(String what) {
        assertTrue(store.newestComplete().isEmpty() || store.newestComplete().get().equals(checkpoint), what);
    }

    private void vouchForAll() throws IOException {
        Path file = checkpoint.resolve("manifest.json");
        String manifest = Files.readString(file);
        for (String name : List.of("model.bin", "state.bin", "progress.json")) {
            Path damaged = checkpoint.resolve(name);
            manifest = manifest.replaceFirst("(\"name\" : \"" + name + "\",\\s*\"bytes\" : )\\d+(,\\s*\"sha256\" : \")\\w+",
                "$1" + Files.size(damaged) + "$2" + Sha256.of(damaged));
        }
        Files.writeString(file, manifest);
    }

    @Test
    void truncationAtEveryByteIsNoticed() {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (String name : FILES) {
                Path file = checkpoint.resolve(name);
                byte[] bytes = Files.readAllBytes(file);
                for (int length = 0; length < bytes.length; length += name.endsWith(".bin") && length > PAST_HEADER ? 37 : 1) {
                    Files.write(file, Arrays.copyOf(bytes, length));
                    load(name + " of " + length + " bytes");
                    assertTrue(store.newestComplete().isEmpty(), name + " of " + length + " bytes");
                }
                Files.write(file, bytes);
            }
            assertEquals(0, read);
            load("whole");
            assertEquals(1, read);
        });
    }

    @Test
    void truncatedFilesThatTheManifestVouchesForAreRefusedToo() {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (String name : List.of("model.bin", "state.bin", "progress.json")) {
                Path file = checkpoint.resolve(name);
                byte[] bytes = Files.readAllBytes(file);
                for (int length = 0; length < bytes.length; length += 1 + length / 64) {
                    Files.write(file, Arrays.copyOf(bytes, length));
                    vouchForAll();
                    load(name + " of " + length + " bytes");
                }
                Files.write(file, bytes);
                vouchForAll();
            }
            assertEquals(0, read);
            load("whole");
            assertEquals(1, read);
        });
    }

    @Test
    void aFlippedBitIsAClearErrorOrAnotherValue() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Random random = new Random(20261129);
            for (String name : FILES) {
                Path file = checkpoint.resolve(name);
                byte[] bytes = Files.readAllBytes(file);
                int reach = Math.min(bytes.length, PAST_HEADER);
                for (int i = 0; i < 400; i++) {
                    byte[] damaged = bytes.clone();
                    for (int flips = random.nextInt(3); flips >= 0; flips--) {
                        damaged[random.nextInt(i % 2 == 0 ? Math.min(reach, 64) : reach)] ^= (byte) (1 << random.nextInt(8));
                    }
                    Files.write(file, damaged);
                    if (!name.equals("manifest.json")) {
                        vouchForAll();
                    }
                    load(name + " damaged " + i);
                    lookFor(name + " damaged " + i);
                }
                Files.write(file, bytes);
                if (!name.equals("manifest.json")) {
                    vouchForAll();
                }
            }
            assertTrue(refused > 400 && read > 100, refused + " refused, " + read + " read");
        });
    }

    @Test
    void absurdNumbersTakeNoMemory() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Path progress = checkpoint.resolve("progress.json");
            Path manifest = checkpoint.resolve("manifest.json");
            String whole = Files.readString(progress);
            String vouching = Files.readString(manifest);
            for (String absurd : ABSURD) {
                for (String field : NUMBERS) {
                    String other = whole.replaceFirst("(\"" + field + "\" : )[^,\\n]*", "$1" + absurd);
                    assertTrue(absurd.equals("0") || !other.equals(whole), field);
                    Files.writeString(progress, other);
                    vouchForAll();
                    load(field + " " + absurd);
                }
                Files.writeString(progress, whole);
                for (String field : List.of("format", "step", "weightsSha256", "valLossNats", "files", "bytes", "name", "sha256")) {
                    Files.writeString(manifest, vouching.replaceFirst("(\"" + field + "\" : )(\\[[^]]*]|[^,\\n]*)", "$1" + absurd));
                    load(field + " " + absurd);
                    lookFor(field + " " + absurd);
                }
                Files.writeString(manifest, vouching);
            }
            assertTrue(refused > 100, refused + " refused");
        });
    }

    @Test
    void aFileLargerThanAnyOfItsKindIsNotRead() throws IOException {
        Path progress = checkpoint.resolve("progress.json");
        byte[] blanks = new byte[1 << 20];
        Arrays.fill(blanks, (byte) ' ');
        Files.writeString(progress, new String(blanks, StandardCharsets.US_ASCII) + Files.readString(progress));
        vouchForAll();
        assertTold(() -> CheckpointStore.load(checkpoint), progress, "size: found ", "expected a JSON object of at most 1048576");
    }
}
