package lockstep.node.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.format.TokenShardWriter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TokenShardsTest {
    @TempDir
    private Path dir;

    private Path write(String name, int... tokens) {
        Path path = dir.resolve(name);
        try (TokenShardWriter writer = TokenShardWriter.create(path)) {
            writer.write(tokens, 0, tokens.length);
            writer.commit();
        }
        return path;
    }

    @Test
    void shards_that_match_are_open_in_order_of_their_names() {
        Path second = write("b_train_2.bin", 7, 8, 9);
        Path first = write("b_train_1.bin", 1, 2, 3, 4);
        write("b_val_1.bin", 5);
        try (TokenShards shards = TokenShards.open("--data", dir + "/*_train_*.bin", 10)) {
            assertEquals(List.of(first, second), shards.paths());
            assertEquals(7, shards.tokens());
            int[] tokens = new int[3];
            shards.shards().getLast().read(0, tokens, 0, 3);
            assertArrayEquals(new int[] {7, 8, 9}, tokens);
            assertEquals(first.toString(), shards.shards().getFirst().name());
            assertTrue(shards.sha256().matches("[0-9a-f]{64}"));
        }
    }

    @Test
    void every_order_can_be_made_of_them() {
        write("a.bin", 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (Shuffle shuffle : Shuffle.values()) {
            try (MicroBatches batches =
                shuffle.batches(TokenShards.open("--data", dir + "/a.bin", 10).shards(), BatchPlan.of(2, 2, 1), 42)) {
                int[] tokens = new int[4];
                int[] targets = new int[4];
                batches.fill(0, 0, tokens, targets);
                assertEquals(tokens[0] + 1, targets[0], shuffle.name());
                assertEquals(8, batches.tokensPerEpoch(), shuffle.name());
                assertEquals(9, batches.tokens(), shuffle.name());
            }
        }
    }

    @Test
    void a_token_beyond_the_vocabulary_is_refused_on_opening_with_shard_and_place() {
        write("a.bin", 1, 2, 3);
        Path bad = write("b.bin", 1, 10, 3);
        assertEquals(
            bad + ": token at position 1: found 10, expected below the vocabulary size 10. Were these shards made with another tokenizer?",
            assertThrows(UserError.class, () -> TokenShards.open("--data", dir + "/*.bin", 10)).getMessage());
    }

    @Test
    void a_file_that_is_no_shard_is_refused_by_its_name() throws IOException {
        Path text = Files.writeString(dir.resolve("text.bin"), "To be, or not to be");
        String message = assertThrows(UserError.class, () -> TokenShards.open("--data", text.toString(), 10)).getMessage();
        assertTrue(message.startsWith(text.toString()), message);
    }
}
