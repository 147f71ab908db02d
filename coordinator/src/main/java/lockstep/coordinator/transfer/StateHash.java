package lockstep.coordinator.transfer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import lockstep.common.replica.Replica;

/** SHA-256 over a whole state: the tensors, little-endian, then what is in none. Of a large model on a slow machine it takes minutes: anybody may look how far it is. */
final class StateHash {
    private static final int PIECE = 1 << 14;
    private static final ValueLayout.OfFloat LITTLE_ENDIAN = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Replica replica;
    private volatile long done;
    private volatile byte[] progress = {};

    StateHash(Replica replica) {
        this.replica = replica;
    }

    /** What was hashed of what is in no tensor, once that is so: a validation may have changed it since, and what is given away has to have the hash. */
    byte[] progress() {
        return progress;
    }

    /** Floats that it has been taken of. */
    long done() {
        return done;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread computes
    String compute() {
        progress = replica.progress();
        MessageDigest digest = sha256();
        byte[] bytes = new byte[PIECE * Float.BYTES];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        for (float[] tensor : replica.tensors()) {
            for (int from = 0; from < tensor.length; from += PIECE) {
                int n = Math.min(PIECE, tensor.length - from);
                MemorySegment.copy(tensor, from, segment, LITTLE_ENDIAN, 0, n);
                digest.update(bytes, 0, n * Float.BYTES);
                done += n;
            }
        }
        digest.update(progress);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
