package lockstep.common.format;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TokenShardTest {
    private static final int GPT2 = 20240520;
    private static final int LLAMA3 = 20240801;

    @TempDir
    private Path directory;

    @Test
    void readsTokensOf16BitsAsUnsigned() throws IOException {
        ByteBuffer bytes =
            Bytes.withHeader(8, GPT2, 1, 4).putShort((short) 7).putShort((short) 50256).putShort((short) 65535).putShort((short) 0);
        Path file = Bytes.write(directory.resolve("shard.bin"), bytes);
        try (TokenShard shard = TokenShard.open(file)) {
            assertEquals(4, shard.tokens());
            assertEquals(file, shard.path());
            int[] tokens = new int[5];
            shard.read(1, tokens, 2, 3);
            assertArrayEquals(new int[] {0, 0, 50256, 65535, 0}, tokens);
        }
    }

    @Test
    void readsTokensOf32Bits() throws IOException {
        ByteBuffer bytes = Bytes.withHeader(12, LLAMA3, 7, 3).putInt(128000).putInt(1).putInt(70000);
        try (TokenShard shard = TokenShard.open(Bytes.write(directory.resolve("shard.bin"), bytes))) {
            int[] tokens = new int[2];
            shard.read(0, tokens, 1, 1);
            assertArrayEquals(new int[] {0, 128000}, tokens);
            shard.read(1, tokens, 0, 2);
            assertArrayEquals(new int[] {1, 70000}, tokens);
        }
    }

    @Test
    void anEmptyShardHasNoTokens() throws IOException {
        try (TokenShard shard = TokenShard.open(Bytes.write(directory.resolve("shard.bin"), Bytes.withHeader(0, GPT2, 1, 0)))) {
            assertEquals(0, shard.tokens());
            assertThrows(IndexOutOfBoundsException.class, () -> shard.read(0, new int[1], 0, 1));
        }
    }

    @Test
    void refusesToReadBeyondItsEnds() throws IOException {
        try (TokenShard shard = TokenShard.open(Bytes.write(directory.resolve("shard.bin"), Bytes.withHeader(8, GPT2, 1, 4)))) {
            assertThrows(IndexOutOfBoundsException.class, () -> shard.read(3, new int[2], 0, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> shard.read(-1, new int[2], 0, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> shard.read(0, new int[2], 1, 2));
        }
    }

    /** Sparse: it takes a few KiB of disk. 2³¹ + 16 tokens are more than 4 GiB, and more than an int counts. */
    @Test
    void readsNearTheEndOfAShardBeyond2GiB() throws IOException {
        long tokens = (1L << 31) + 16;
        Path file = directory.resolve("large.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1024 + 2 * tokens);
            sparse.write(Bytes.withHeader(0, GPT2, 1, (int) tokens).array());
            sparse.seek(1024 + 2 * (tokens - 3));
            sparse.write(ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 11).putShort((short) 50000)
                .putShort((short) 13).array());
        }
        try (TokenShard shard = TokenShard.open(file)) {
            assertEquals(tokens, shard.tokens());
            int[] last = new int[4];
            shard.read(tokens - 4, last, 0, 4);
            assertArrayEquals(new int[] {0, 11, 50000, 13}, last);
        }
    }

    @Test
    void readsNearTheEndOfA32BitShardBeyond2GiB() throws IOException {
        long tokens = (1L << 29) + 3;
        Path file = directory.resolve("large.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1024 + 4 * tokens);
            sparse.write(Bytes.withHeader(0, LLAMA3, 7, (int) tokens).array());
            sparse.seek(1024 + 4 * (tokens - 1));
            sparse.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(128001).array());
        }
        try (TokenShard shard = TokenShard.open(file)) {
            int[] last = new int[2];
            shard.read(tokens - 2, last, 0, 2);
            assertArrayEquals(new int[] {0, 128001}, last);
            assertThrows(IndexOutOfBoundsException.class, () -> shard.read(tokens - 1, last, 0, 2));
        }
    }

    /** The header counts in 32 bits; a count and a size that disagree are told in both. */
    @Test
    void aSizeThatDisagreesWithTheCountIsRefused() throws IOException {
        Path longer = Bytes.write(directory.resolve("longer.bin"), Bytes.withHeader(6, GPT2, 1, 2));
        assertTold(() -> TokenShard.open(longer), longer, "size: found 1030 bytes, expected 1028 by its header; 2 too many");
        Path shorter = Bytes.write(directory.resolve("shorter.bin"), Bytes.withHeader(6, GPT2, 1, 4));
        assertTold(() -> TokenShard.open(shorter), shorter, "size: found 1030 bytes, expected 1032 by its header; 2 are missing");
        Path wide = Bytes.write(directory.resolve("wide.bin"), Bytes.withHeader(6, LLAMA3, 7, 3));
        assertTold(() -> TokenShard.open(wide), wide, "size: found 1030 bytes, expected 1036 by its header");
        Path absurd = Bytes.write(directory.resolve("absurd.bin"), Bytes.withHeader(6, LLAMA3, 7, -1));
        assertTold(() -> TokenShard.open(absurd), absurd, "size: found 1030 bytes, expected 17179870204 by its header");
    }

    @Test
    void namesTheMagicThatItExpects() throws IOException {
        Path file = Bytes.write(directory.resolve("shard.bin"), Bytes.withHeader(0, 20240326, 3));
        assertTold(() -> TokenShard.open(file), file, "found a model of llm.c", "expected a token shard", "train --model");
    }

    @Test
    void holdsEachMagicToItsVersion() throws IOException {
        Path gpt2 = Bytes.write(directory.resolve("gpt2.bin"), Bytes.withHeader(0, GPT2, 7, 0));
        assertTold(() -> TokenShard.open(gpt2), gpt2, "version: found 7, expected 1");
        Path llama3 = Bytes.write(directory.resolve("llama3.bin"), Bytes.withHeader(0, LLAMA3, 1, 0));
        assertTold(() -> TokenShard.open(llama3), llama3, "version: found 1, expected 7");
    }
}
