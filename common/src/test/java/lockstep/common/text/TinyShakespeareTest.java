package lockstep.common.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TinyShakespeareTest {
    private static final int VAL_TOKENS = 32_768;

    @TempDir
    private Path dir;
    private final Tokenizer gpt2 = Tokenizer.named("gpt2");
    private final Tokenizer bytes = Tokenizer.named("bytes");

    @Test
    void everySectionIsADocumentAndKeepsItsBlankLine() throws IOException {
        String text = "First:\nGo.\n\n\nSecond:\nStay.\n\n".repeat(3_500);
        CorpusResult result = TinyShakespeare.prepare(write(text), gpt2, dir);
        int[] unit = concat(eot(), gpt2.encode("First:\nGo.\n\n"), eot(), gpt2.encode("\nSecond:\nStay.\n\n"));
        int[] validation = ShardReader.tokens(result.validation().shards());
        int[] train = ShardReader.tokens(result.train().shards());
        assertEquals(VAL_TOKENS, validation.length);
        int[] all = concat(validation, train);
        assertArrayEquals(unit, Arrays.copyOf(all, unit.length));
        assertEquals(unit.length * 3_500 + 1, all.length);
        assertEquals(gpt2.endOfText(), all[all.length - 1], "the empty section after the last blank line is a document too");
        assertEquals(dir.resolve("tiny_shakespeare_train.bin"), result.train().shards().getFirst());
        assertEquals(text.length(), result.train().bytes() + result.validation().bytes());
    }

    @Test
    void bytesSplitTheTextWhereGpt2Does() throws IOException {
        Path text = write("Some words, and more.\n\n".repeat(6_000));
        CorpusResult ofGpt2 = TinyShakespeare.prepare(text, gpt2, dir);
        CorpusResult ofBytes = TinyShakespeare.prepare(text, bytes, dir);
        assertEquals(ofGpt2.validation().bytes(), ofBytes.validation().bytes());
        assertEquals(ofGpt2.train().bytes(), ofBytes.train().bytes());
        assertEquals(dir.resolve("tiny_shakespeare_bytes_val.bin"), ofBytes.validation().shards().getFirst());
        byte[] expected = "|Some words".getBytes(StandardCharsets.UTF_8);
        assertEquals(new String(expected, StandardCharsets.UTF_8),
            ShardReader.text(ofBytes.validation().shards(), bytes).substring(0, expected.length));
    }

    @Test
    void anExistingShardIsRefused() throws IOException {
        Path text = write("Some words, and more.\n\n".repeat(6_000));
        Files.writeString(dir.resolve("tiny_shakespeare_val.bin"), "mine");
        String message = assertThrows(UserError.class, () -> TinyShakespeare.prepare(text, gpt2, dir)).getMessage();
        assertTrue(message.startsWith(dir.resolve("tiny_shakespeare_val.bin") + ": exists already"), message);
        assertEquals("mine", Files.readString(dir.resolve("tiny_shakespeare_val.bin")));
    }

    @Test
    void aTextShorterThanTheValidationSplitIsRefused() throws IOException {
        Path text = write("short");
        for (Tokenizer tokenizer : List.of(gpt2, bytes)) {
            String message = assertThrows(UserError.class, () -> TinyShakespeare.prepare(text, tokenizer, dir)).getMessage();
            assertTrue(message.contains("2 tokens, expected more than the 32768"), message);
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(dir.resolve("text.txt"), text);
    }

    private int[] eot() {
        return new int[] {gpt2.endOfText()};
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }
}
