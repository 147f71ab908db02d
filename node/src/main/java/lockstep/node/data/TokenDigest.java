package lockstep.node.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** One hash for the content of a list of shards: same tokens in the same shards in the same order, whatever the files are called. */
final class TokenDigest {
    private static final int CHUNK = 1 << 16;

    private TokenDigest() {}

    /** SHA-256 over, for each shard, its number of tokens (int64) and its tokens (int32), little-endian; 64 hex digits. */
    static String sha256(List<TokenSequence> shards) {
        MessageDigest digest = newSha256();
        int[] tokens = new int[CHUNK];
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (TokenSequence shard : shards) {
            digest.update(bytes.clear().putLong(shard.tokens()).flip());
            for (long from = 0; from < shard.tokens(); from += CHUNK) {
                int count = (int) Math.min(CHUNK, shard.tokens() - from);
                shard.read(from, tokens, 0, count);
                bytes.clear().asIntBuffer().put(tokens, 0, count);
                digest.update(bytes.limit(count * Integer.BYTES));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
