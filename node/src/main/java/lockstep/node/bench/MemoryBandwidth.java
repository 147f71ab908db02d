package lockstep.node.bench;

import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** Measures the memory's bandwidth with streams through arrays that no cache holds. Bytes read and bytes written count, as in STREAM. */
final class MemoryBandwidth {
    /** Floats of a task: 4 MiB, so that handing out tasks costs nothing beside them. */
    private static final int PART = 1 << 20;
    private static final int WARM_UPS = 3;
    private static final int REPEATS = 12;
    private static final float FACTOR = 0.5f;

    private final Workers workers;
    private final float[] a;
    private final float[] b;
    private final float[] c;
    private final Split split;

    /** @param n floats in each of three arrays: together several times what the caches hold */
    MemoryBandwidth(Workers workers, int n) {
        this.workers = workers;
        this.a = new float[n];
        this.b = new float[n];
        this.c = new float[n];
        this.split = new Split(n, PART);
    }

    /** a = b: the best of several passes on all threads, in GB/s. */
    double copyGBytesPerSecond() {
        return best(2, (task, slot) -> System.arraycopy(b, split.start(task), a, split.start(task), split.end(task) - split.start(task)));
    }

    /** a = b + factor·c: the best of several passes on all threads, in GB/s. */
    double triadGBytesPerSecond() {
        return best(3, (task, slot) -> triad(a, b, c, split.start(task), split.end(task)));
    }

    private static void triad(float[] a, float[] b, float[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            a[i] = Math.fma(FACTOR, c[i], b[i]);
        }
    }

    private double best(int arrays, Workers.Task pass) {
        double bytes = (double) arrays * Float.BYTES * a.length;
        double best = 0;
        for (int i = 0; i < WARM_UPS + REPEATS; i++) {
            long start = System.nanoTime();
            workers.run(split.parts(), pass);
            long ns = Math.max(1, System.nanoTime() - start);
            if (i >= WARM_UPS) {
                best = Math.max(best, bytes / ns);
            }
        }
        return best;
    }
}
