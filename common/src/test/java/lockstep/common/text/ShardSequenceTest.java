package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class ShardSequenceTest {
    @TempDir
    private Path directory;

    /** What one header can't count goes on in files that come next by name. */
    @Test
    void aSingleShardIsContinuedWhenItIsFull() throws IOException {
        try (ShardSequence shards = ShardSequence.single(directory, "all", 5)) {
            shards.accept(new int[] {9, 1, 2, 3, 4, 5, 6, 7}, 1, 7);
            assertEquals(7, shards.tokens());
            List<Path> finished = shards.finish();
            assertEquals(List.of(directory.resolve("all.bin"), directory.resolve("all_000001.bin")), finished);
            assertEquals(finished, finished.stream().sorted().toList());
            assertArrayEquals(new int[] {1, 2, 3, 4, 5}, ShardReader.tokens(finished.subList(0, 1)));
            assertArrayEquals(new int[] {6, 7}, ShardReader.tokens(finished.subList(1, 2)));
            assertEquals(1024 + 2 * 2, Files.size(finished.get(1)));
        }
    }
}
