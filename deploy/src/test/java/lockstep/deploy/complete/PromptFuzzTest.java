package lockstep.deploy.complete;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Broken in every way, a file of prompts is read or refused in one line. */
@Timeout(60)
class PromptFuzzTest {
    private static final int FLIPS = 2000;

    @TempDir
    private Path directory;

    private static byte[] whole(String name) {
        String text =
            name.endsWith("l") ? "{\"prompt\": \"Grüße\\n\", \"id\": [1, {}]}\n\n{\"prompt\":\"zwei\"}" : "\uFEFFGrüße\r\n\nzwei ß";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void readOrTold(String name, byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve(name), bytes);
        try {
            assertFalse(PromptFile.read(file).isEmpty());
        } catch (UserError e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"p.txt", "p.jsonl"})
    void anyDamageIsReadOrTold(String name) throws IOException {
        byte[] whole = whole(name);
        assertEquals(2, PromptFile.read(Files.write(directory.resolve(name), whole)).size());
        for (int length = 0; length < whole.length; length++) {
            readOrTold(name, Arrays.copyOf(whole, length));
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < FLIPS; i++) {
            byte[] bytes = whole.clone();
            int at = random.nextInt(bytes.length);
            bytes[at] = random.nextBoolean() ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
            readOrTold(name, bytes);
        }
        for (String part : List.of("x", "\"", "[", "{\"prompt\":", "9", "\n", "\r", " ")) {
            readOrTold(name, part.repeat((3 << 20) / part.length()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
