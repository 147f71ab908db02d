package lockstep.coordinator.call;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

import com.hazelcast.nio.ObjectDataInput;

/** Floats on their way in, by pieces that stay in the core's first cache between the copy out of the frame and the sum. */
public final class FloatsIn {
    private static final int PIECE = 4096;

    private final byte[] bytes = new byte[PIECE * Float.BYTES];
    private final MemorySegment segment = MemorySegment.ofArray(bytes);
    private final float[] piece = new float[PIECE];
    private ObjectDataInput in;

    FloatsIn over(ObjectDataInput in) {
        this.in = in;
        return this;
    }

    /** dst[i] = wire[i] */
    public void copy(float[] dst, int offset, int count) throws IOException {
        for (int done = 0; done < count; done += PIECE) {
            int n = Math.min(PIECE, count - done);
            in.readFully(bytes, 0, n * Float.BYTES);
            MemorySegment.copy(segment, Wire.FLOAT, 0, dst, offset + done, n);
        }
    }

    /** values[i] = values[i] + wire[i] */
    public void addRight(float[] values, int offset, int count) throws IOException {
        for (int done = 0; done < count; done += PIECE) {
            int n = next(count - done);
            int from = offset + done;
            for (int i = 0; i < n; i++) {
                values[from + i] = values[from + i] + piece[i];
            }
        }
    }

    /** values[i] = wire[i] + values[i]: the same number, but the tree's order of operands is kept, which decides which of two NaNs survives. */
    public void addLeft(float[] values, int offset, int count) throws IOException {
        for (int done = 0; done < count; done += PIECE) {
            int n = next(count - done);
            int from = offset + done;
            for (int i = 0; i < n; i++) {
                values[from + i] = piece[i] + values[from + i];
            }
        }
    }

    private int next(int left) throws IOException {
        int n = Math.min(PIECE, left);
        in.readFully(bytes, 0, n * Float.BYTES);
        MemorySegment.copy(segment, Wire.FLOAT, 0, piece, 0, n);
        return n;
    }
}
