package lockstep.node.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Walks over all floats from −∞ to ∞, or one in {@code stride} of them, a block at a time on all processors. */
final class Sweep {
    /** A multiple of every vector width: no float is left to a scalar tail. */
    static final int BLOCK = 1 << 12;
    private static final int INFINITY_BITS = 0x7f80_0000;
    private static final long FLOATS = 2L * (INFINITY_BITS + 1);

    private Sweep() {}

    /** Looks at the blocks of one thread. */
    @FunctionalInterface
    interface Visitor {
        /** @param x {@link #BLOCK} values, of which the first n are new */
        void visit(float[] x, int n);
    }

    /** @return the visitors, one a thread, after all blocks */
    static <V extends Visitor> List<V> run(int stride, Supplier<V> visitors) throws InterruptedException, ExecutionException {
        int threads = Runtime.getRuntime().availableProcessors();
        AtomicLong next = new AtomicLong();
        List<Callable<V>> walks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            walks.add(() -> walk(stride, next, visitors.get()));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<V> done = new ArrayList<>();
            for (Future<V> walk : pool.invokeAll(walks)) {
                done.add(walk.get());
            }
            return done;
        }
    }

    private static <V extends Visitor> V walk(int stride, AtomicLong next, V visitor) {
        float[] x = new float[BLOCK];
        long step = (long) stride * BLOCK;
        for (long at = next.getAndAdd(step); at < FLOATS; at = next.getAndAdd(step)) {
            int n = 0;
            for (long i = at; i < Math.min(at + step, FLOATS); i += stride) {
                x[n++] = Float.intBitsToFloat((int) (i / 2) | (int) (i % 2) << 31);
            }
            visitor.visit(x, n);
        }
        return visitor;
    }
}
