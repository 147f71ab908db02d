package lockstep.coordinator.exchange;

import java.util.concurrent.ConcurrentLinkedQueue;

import lockstep.common.model.Chunks;

/** Arrays for partial sums that come before their sibling does; kept from step to step. */
final class ChunkBuffers {
    private final ConcurrentLinkedQueue<float[]> free = new ConcurrentLinkedQueue<>();

    float[] take() {
        float[] buffer = free.poll();
        return buffer != null ? buffer : new float[Chunks.FLOATS];
    }

    void giveBack(float[] buffer) {
        free.add(buffer);
    }
}
