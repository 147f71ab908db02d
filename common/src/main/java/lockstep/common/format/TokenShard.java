package lockstep.common.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/** A file of tokens, mapped into memory: GPT-2's of 16 bits or Llama 3's of 32. May be larger than 2 GiB. Safe for several readers. */
public final class TokenShard implements AutoCloseable {
    private static final int GPT2_VERSION = 1;
    private static final int LLAMA3_VERSION = 7;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final long tokens;
    private final int bytesPerToken;

    private TokenShard(Path path, Arena arena, MemorySegment data, Layout layout) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.tokens = layout.tokens;
        this.bytesPerToken = layout.bytesPerToken;
    }

    /** What a shard's header says. */
    record Layout(long tokens, int bytesPerToken) {}

    public static TokenShard open(Path path) {
        return BinaryFile.read(path, ForeignFile.Wanted.SHARD, (header, channel) -> {
            Layout layout = layout(header, channel.size());
            Arena arena = Arena.ofShared();
            try {
                MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, Header.BYTES, layout.tokens * layout.bytesPerToken, arena);
                return new TokenShard(path, arena, data, layout);
            } catch (IOException | RuntimeException e) {
                arena.close();
                throw e;
            }
        });
    }

    static Layout layout(Header header, long fileBytes) {
        int magic = header.at(0);
        if (magic != Header.GPT2_TOKENS && magic != Header.LLAMA3_TOKENS) {
            throw header.wrongMagic(Header.GPT2_TOKENS + ", GPT-2 tokens, or " + Header.LLAMA3_TOKENS + ", Llama 3 tokens");
        }
        int expected = magic == Header.GPT2_TOKENS ? GPT2_VERSION : LLAMA3_VERSION;
        if (header.at(1) != expected) {
            throw header.wrong("version", header.at(1), String.valueOf(expected));
        }
        // llm.c writes the count as an int32; larger shards wrap to the unsigned reading of it
        long tokens = Integer.toUnsignedLong(header.at(2));
        int bytesPerToken = magic == Header.GPT2_TOKENS ? Short.BYTES : Integer.BYTES;
        header.requireSize(fileBytes, Header.BYTES + tokens * bytesPerToken);
        return new Layout(tokens, bytesPerToken);
    }

    public Path path() {
        return path;
    }

    public long tokens() {
        return tokens;
    }

    /** Copies tokens from..from+count to target[offset..]. */
    public void read(long from, int[] target, int offset, int count) {
        Objects.checkFromIndexSize(from, (long) count, tokens);
        if (bytesPerToken == Integer.BYTES) {
            MemorySegment.copy(data, INT, from * Integer.BYTES, target, offset, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[offset + i] = Short.toUnsignedInt(data.getAtIndex(SHORT, from + i));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
