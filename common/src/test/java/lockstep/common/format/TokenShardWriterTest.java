package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class TokenShardWriterTest {
    @TempDir
    private Path directory;

    @Test
    void writesTheBytesOfLlmC() throws IOException {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(new int[] {9, 1, 65535, 9}, 1, 2);
            writer.write(new int[] {50256}, 0, 1);
            assertEquals(3, writer.tokens());
            writer.commit();
        }
        ByteBuffer expected = Bytes.withHeader(6, 20240520, 1, 3).putShort((short) 1).putShort((short) 65535).putShort((short) 50256);
        assertEquals(expected.rewind(), ByteBuffer.wrap(Files.readAllBytes(file)));
        assertEquals(List.of("shard.bin"), names());
    }

    @Test
    void writesMoreThanItsBufferHolds() {
        int[] tokens = IntStream.range(0, 1_200_000).map(i -> i * 31 & 0xFFFF).toArray();
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(tokens, 0, 700_001);
            writer.write(tokens, 700_001, tokens.length - 700_001);
            writer.commit();
        }
        int[] found = new int[tokens.length];
        try (TokenShard shard = TokenShard.open(file)) {
            assertEquals(tokens.length, shard.tokens());
            shard.read(0, found, 0, found.length);
        }
        assertArrayEquals(tokens, found);
    }

    @Test
    void showsNothingBeforeItIsCommitted() throws IOException {
        try (TokenShardWriter writer = TokenShardWriter.create(directory.resolve("shard.bin"))) {
            writer.write(new int[] {1}, 0, 1);
            assertEquals(1, names().size());
            assertEquals(List.of(), names().stream().filter(name -> name.equals("shard.bin")).toList());
        }
        assertEquals(List.of(), names(), "closed without a commit");
    }

    @Test
    void refusesATokenThat16BitsDoNotHold() throws IOException {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(new int[] {1, 2}, 0, 2);
            assertTold(() -> writer.write(new int[] {3, 65536}, 0, 2), file, "token 3", "found 65536", "65535");
            assertTold(() -> writer.write(new int[] {-1}, 0, 1), file, "token 2", "found -1");
        }
        assertEquals(List.of(), names());
    }

    @Test
    void aRefusedWriteLeavesNoneOfItsTokens() throws IOException {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(new int[] {1, 2}, 0, 2);
            assertTold(() -> writer.write(new int[] {3, -1}, 0, 2), file, "token 3", "found -1");
            writer.write(new int[] {4}, 0, 1);
            writer.commit();
        }
        int[] found = new int[3];
        try (TokenShard shard = TokenShard.open(file)) {
            assertEquals(3, shard.tokens());
            shard.read(0, found, 0, 3);
        }
        assertArrayEquals(new int[] {1, 2, 4}, found);
    }

    @Test
    void aShardOfNoTokensIsAShard() {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.commit();
        }
        try (TokenShard shard = TokenShard.open(file)) {
            assertEquals(0, shard.tokens());
        }
    }

    @Test
    void aCommittedShardTakesNoSecondCommit() throws IOException {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            writer.write(new int[] {1}, 0, 1);
            writer.commit();
            byte[] once = Files.readAllBytes(file);
            assertTold(writer::commit, file, "already exists");
            assertArrayEquals(once, Files.readAllBytes(file));
        }
        assertEquals(List.of("shard.bin"), names());
    }

    @Test
    void refusesAnExistingTarget() throws IOException {
        Path file = Files.writeString(directory.resolve("shard.bin"), "somebody's");
        assertTold(() -> TokenShardWriter.create(file), file, "already exists");
        assertEquals("somebody's", Files.readString(file));
    }

    @Test
    void refusesATargetThatAppearedMeanwhile() throws IOException {
        Path file = directory.resolve("shard.bin");
        try (TokenShardWriter writer = TokenShardWriter.create(file)) {
            Files.writeString(file, "somebody's");
            assertTold(writer::commit, file, "already exists");
        }
        assertEquals("somebody's", Files.readString(file));
        assertEquals(List.of("shard.bin"), names());
    }

    @Test
    void namesTheDirectoryThatLacks() {
        Path file = directory.resolve("none/shard.bin");
        assertTold(() -> TokenShardWriter.create(file), file, "no such directory: " + directory.resolve("none"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
