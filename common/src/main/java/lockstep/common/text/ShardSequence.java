package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

import lockstep.common.format.TokenShardWriter;

/** Writes tokens to the shards of a directory, each full but the last. No token, no shard. */
final class ShardSequence implements TokenSink, AutoCloseable {
    private final Path directory;
    private final IntFunction<String> fileName;
    private final long shardTokens;
    private final List<Path> shards = new ArrayList<>();
    private final List<TokenShardWriter> open = new ArrayList<>(1);
    private long tokens;

    private ShardSequence(Path directory, IntFunction<String> fileName, long shardTokens) {
        this.directory = directory;
        this.fileName = fileName;
        this.shardTokens = shardTokens;
    }

    /** {@code NAME_000000.bin}, {@code NAME_000001.bin} … of so many tokens. */
    static ShardSequence numbered(Path directory, String name, long shardTokens) {
        return new ShardSequence(directory, number -> String.format(Locale.ROOT, "%s_%06d.bin", name, number), shardTokens);
    }

    /** {@code NAME.bin}, and where that would hold more tokens than its header's int32 can count, {@code NAME_000001.bin} … behind it, also by name. */
    static ShardSequence single(Path directory, String name) {
        return single(directory, name, Integer.MAX_VALUE);
    }

    /** @param shardTokens fewer than that, for tests */
    static ShardSequence single(Path directory, String name, long shardTokens) {
        return new ShardSequence(directory, number -> number == 0 ? name + ".bin" : String.format(Locale.ROOT, "%s_%06d.bin", name, number),
            shardTokens);
    }

    /** Tokens of all shards. */
    long tokens() {
        return tokens;
    }

    @Override
    public void accept(int[] source, int offset, int count) throws IOException {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            TokenShardWriter writer = writerWithRoom();
            int part = (int) Math.min(end - at, shardTokens - writer.tokens());
            writer.write(source, at, part);
            at += part;
            tokens += part;
        }
    }

    /** Commits the last shard. */
    List<Path> finish() throws IOException {
        commitOpen();
        return List.copyOf(shards);
    }

    /** Drops the shard that {@link #finish} has not committed. */
    @Override
    public void close() throws IOException {
        for (TokenShardWriter writer : open) {
            writer.close();
        }
        open.clear();
    }

    private TokenShardWriter writerWithRoom() throws IOException {
        if (!open.isEmpty() && open.getFirst().tokens() == shardTokens) {
            commitOpen();
        }
        if (open.isEmpty()) {
            Path target = directory.resolve(fileName.apply(shards.size()));
            open.add(TokenShardWriter.create(target));
            shards.add(target);
        }
        return open.getFirst();
    }

    private void commitOpen() throws IOException {
        for (TokenShardWriter writer : open) {
            writer.commit();
        }
        close();
    }
}
