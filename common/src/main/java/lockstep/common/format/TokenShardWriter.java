package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

import lockstep.common.UserError;

/** Writes a GPT-2 token shard as a stream. Nothing appears under the target's name before {@link #commit}. */
public final class TokenShardWriter implements AutoCloseable {
    private static final int VERSION = 1;
    private static final int LARGEST_TOKEN = 0xFFFF;
    private static final long MOST_TOKENS = 0xFFFF_FFFFL;
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long tokens;

    private TokenShardWriter(Path target) throws IOException {
        this.target = target;
        this.temporary = DurableFile.temporary(target);
        this.channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.position(Header.BYTES);
    }

    /** @throws UserError when the target exists or its directory can't be written */
    public static TokenShardWriter create(Path target) {
        try {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            return new TokenShardWriter(target);
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /** @throws UserError when a token doesn't fit 16 bits */
    public void write(int[] values, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, values.length);
        // before any is taken: whoever catches the refusal may go on, and the header must count what stands in the file
        for (int i = offset; i < offset + count; i++) {
            if (values[i] < 0 || values[i] > LARGEST_TOKEN) {
                throw new UserError(target + ": token " + (tokens + i - offset) + ": found " + values[i] + ", expected 0.." + LARGEST_TOKEN
                    + ", what 16 bits hold");
            }
        }
        for (int i = offset; i < offset + count; i++) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            buffer.putShort((short) values[i]);
        }
        tokens += count;
        if (tokens > MOST_TOKENS) {
            throw new UserError(target + ": more than " + MOST_TOKENS + " tokens, which the header can't count; use smaller shards");
        }
    }

    public long tokens() {
        return tokens;
    }

    private void drain() {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /** Writes the header, forces everything to disk and gives the file its name. */
    public void commit() {
        drain();
        try {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Header.empty(target).set(0, Header.GPT2_TOKENS).set(1, VERSION).set(2, (int) tokens).write(channel);
            channel.force(true);
            channel.close();
            DurableFile.moveInto(temporary, target);
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /** Without {@link #commit}, leaves nothing behind. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        } finally {
            DurableFile.deleteQuietly(temporary);
        }
    }
}
