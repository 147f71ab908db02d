package lockstep.coordinator.call;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Staging arrays that outlive a message; as many as were ever in use at once, all of them soon as large as the largest message: one that is too small is replaced. */
final class Buffers {
    private final ConcurrentLinkedQueue<FloatsOut> out = new ConcurrentLinkedQueue<>();
    private final AtomicInteger largest = new AtomicInteger();
    private final ConcurrentLinkedQueue<FloatsIn> in = new ConcurrentLinkedQueue<>();

    FloatsOut takeOut(int floats) {
        int bytes = largest.accumulateAndGet(floats * Float.BYTES, Math::max);
        FloatsOut buffer = out.poll();
        return buffer != null && buffer.capacity() >= floats * Float.BYTES ? buffer : new FloatsOut(bytes);
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
