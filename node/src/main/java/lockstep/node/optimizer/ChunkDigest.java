package lockstep.node.optimizer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

import lockstep.common.model.Chunks;
import lockstep.node.parallel.Workers;

/**
 * A checksum of an array's bits: CRC-32C of each chunk, in parallel, then FNV-1a over those by ascending chunk. A CRC sees every single flipped bit, and each step of FNV-1a maps different inputs
 * to different outputs, so that one chunk with another CRC changes the result for certain.
 */
public final class ChunkDigest {
    private static final int PIECE_FLOATS = 1 << 13; // 32 KiB stay in the first cache between the copy and the CRC
    private static final ValueLayout.OfFloat LITTLE_ENDIAN = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Workers workers;
    private final List<Scratch> scratch = new ArrayList<>();
    private final Workers.Task task = this::chunk;
    private long[] crcs = new long[0];
    // The argument of the region under way.
    private float[] values;

    /** What one thread needs. */
    private record Scratch(CRC32C crc, byte[] bytes, MemorySegment segment) {
        static Scratch create() {
            byte[] bytes = new byte[PIECE_FLOATS * Float.BYTES];
            return new Scratch(new CRC32C(), bytes, MemorySegment.ofArray(bytes));
        }
    }

    public ChunkDigest(Workers workers) {
        this.workers = workers;
        for (int slot = 0; slot < workers.threads(); slot++) {
            scratch.add(Scratch.create());
        }
    }

    public long of(float[] array) {
        int chunks = Chunks.count(array.length);
        if (crcs.length < chunks) {
            crcs = new long[chunks];
        }
        values = array;
        workers.run(chunks, task);
        long hash = FNV_OFFSET;
        for (int chunk = 0; chunk < chunks; chunk++) {
            hash = (hash ^ crcs[chunk]) * FNV_PRIME;
        }
        return hash;
    }

    private void chunk(int chunk, int slot) {
        Scratch mine = scratch.get(slot);
        int start = Chunks.start(chunk);
        int length = Chunks.length(chunk, values.length);
        mine.crc().reset();
        for (int done = 0; done < length; done += PIECE_FLOATS) {
            int n = Math.min(PIECE_FLOATS, length - done);
            MemorySegment.copy(values, start + done, mine.segment(), LITTLE_ENDIAN, 0, n);
            mine.crc().update(mine.bytes(), 0, n * Float.BYTES);
        }
        crcs[chunk] = mine.crc().getValue();
    }
}
