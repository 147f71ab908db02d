package lockstep.coordinator.call;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

import com.hazelcast.nio.ObjectDataOutput;

/**
 * Floats on their way out. They are gathered in an array that is kept, and written by one call: Hazelcast's buffer starts at 32 KiB and doubles, so that writing piece by piece would copy everything once
 * more.
 */
public final class FloatsOut {
    private final byte[] staging;
    private final MemorySegment segment;
    private int length;

    FloatsOut(int bytes) {
        this.staging = new byte[bytes];
        this.segment = MemorySegment.ofArray(staging);
    }

    int capacity() {
        return staging.length;
    }

    public void put(float[] values, int offset, int count) {
        MemorySegment.copy(values, offset, segment, Wire.FLOAT, length, count);
        length += count * Float.BYTES;
    }

    /** @throws IOException when the source put another number than it had announced */
    void flush(ObjectDataOutput out, int expectedFloats) throws IOException {
        int written = length;
        length = 0;
        if (written != expectedFloats * Float.BYTES) {
            throw new IOException("a source of " + expectedFloats + " floats put " + written + " bytes");
        }
        out.write(staging, 0, written);
    }
}
