package lockstep.node.data;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import lockstep.common.UserError;
import lockstep.common.format.TokenShard;

/** The shards that a pattern names, open, sorted by name, every token known to be in the vocabulary. */
public final class TokenShards implements AutoCloseable {
    private final List<TokenSequence> shards;
    private final List<Path> paths;

    private TokenShards(List<TokenSequence> shards, List<Path> paths) {
        this.shards = List.copyOf(shards);
        this.paths = paths;
    }

    /**
     * Opens all files that match and reads each token once.
     *
     * @param option where the pattern comes from, for errors
     * @param pattern a file, or a glob as a shell would expand it
     * @param V vocabulary size
     * @throws UserError when nothing matches, a file is no token shard, or a token is not below V
     */
    public static TokenShards open(String option, String pattern, int V) {
        List<Path> paths = Glob.expand(option, pattern, FileSystems.getDefault());
        List<TokenSequence> shards = new ArrayList<>();
        try {
            for (Path path : paths) {
                shards.add(new MappedShard(TokenShard.open(path)));
                TokenCheck.requireBelow(shards.getLast(), V);
            }
        } catch (RuntimeException e) {
            shards.forEach(TokenSequence::close);
            throw e;
        }
        return new TokenShards(shards, paths);
    }

    /** The shards in order of their names. Closing this closes them. */
    public List<TokenSequence> shards() {
        return shards;
    }

    /** The files in order of their names. */
    public List<Path> paths() {
        return paths;
    }

    /** Tokens in all shards. */
    public long tokens() {
        return shards.stream().mapToLong(TokenSequence::tokens).sum();
    }

    /** SHA-256 of the content, 64 hex digits: equal for equal tokens in equal shards in equal order. Reads everything once more. */
    public String sha256() {
        return TokenDigest.sha256(shards);
    }

    @Override
    public void close() {
        shards.forEach(TokenSequence::close);
    }

    private record MappedShard(TokenShard shard) implements TokenSequence {
        @Override
        public String name() {
            return shard.path().toString();
        }

        @Override
        public long tokens() {
            return shard.tokens();
        }

        @Override
        public void read(long from, int[] dst, int dstOffset, int count) {
            shard.read(from, dst, dstOffset, count);
        }

        @Override
        public void close() {
            shard.close();
        }
    }
}
