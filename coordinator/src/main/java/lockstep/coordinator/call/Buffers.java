package lockstep.coordinator.call;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Staging arrays that outlive a message; as many as were ever in use at once. */
final class Buffers {
    private final ConcurrentLinkedQueue<FloatsOut> out = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<FloatsIn> in = new ConcurrentLinkedQueue<>();

    FloatsOut takeOut(int floats) {
        FloatsOut buffer = out.poll();
        return buffer != null && buffer.capacity() >= floats * Float.BYTES ? buffer : new FloatsOut(floats * Float.BYTES);
    }

    void giveBack(FloatsOut buffer) {
        out.add(buffer);
    }

    FloatsIn takeIn() {
        FloatsIn buffer = in.poll();
        return buffer != null ? buffer : new FloatsIn();
    }

    void giveBack(FloatsIn buffer) {
        in.add(buffer);
    }
}
