package lockstep.coordinator.exchange;

import java.io.IOException;
import java.util.List;

import lockstep.common.model.Chunks;
import lockstep.coordinator.call.FloatsIn;

/**
 * The sum of one chunk at its owner, by the tree: a partial that comes when its sibling is there is added to it, left plus right, and the sum stands for their parent; one that comes first waits in a
 * buffer. One thread at a time.
 */
final class ChunkSum {
    private final ExchangePlan plan;
    private final ChunkBuffers buffers;
    private final float[] result;
    private final int start;
    private final int length;
    /** By the node's index in the tree: where its sum is, or null. */
    private final float[][] arrays;
    private final int[] offsets;
    private final boolean[] pooled; // whether it came from the buffers
    private final boolean[] came;

    ChunkSum(ExchangePlan plan, int chunk, float[] result, ChunkBuffers buffers) {
        this.plan = plan;
        this.buffers = buffers;
        this.result = result;
        this.start = Chunks.start(chunk);
        this.length = plan.length(chunk);
        this.arrays = new float[2 * plan.groups()][];
        this.offsets = new int[2 * plan.groups()];
        this.pooled = new boolean[2 * plan.groups()];
        this.came = new boolean[2 * plan.groups()];
    }

    /**
     * Adds what this node has.
     *
     * @return whether the sum is complete
     */
    synchronized boolean own(List<Partial> partials) {
        for (Partial partial : partials) {
            int node = partial.subtree().index(plan.groups());
            came[node] = true;
            put(node, partial.values(), start);
            climb(node);
        }
        return complete();
    }

    /** Adds what a peer has; a second time changes nothing. */
    synchronized boolean arrive(Subtree subtree, FloatsIn in) throws IOException {
        int node = subtree.index(plan.groups());
        if (came[node]) {
            return complete();
        }
        int sibling = node ^ 1;
        if (node > 1 && arrays[sibling] != null) {
            add(in, sibling);
            move(sibling, node / 2);
            came[node] = true;
            climb(node / 2);
        } else {
            float[] buffer = buffers.take();
            in.copy(buffer, 0, length);
            put(node, buffer, 0);
            pooled[node] = true;
            came[node] = true;
        }
        return complete();
    }

    private void add(FloatsIn in, int sibling) throws IOException {
        if (isLeft(sibling)) {
            in.addRight(arrays[sibling], offsets[sibling], length);
        } else {
            in.addLeft(arrays[sibling], offsets[sibling], length);
        }
    }

    private void climb(int from) {
        int node = from;
        while (node > 1 && arrays[node] != null && arrays[node ^ 1] != null) {
            int left = node & ~1;
            int right = left + 1;
            int kept = isResult(right) ? right : left;
            int freed = kept ^ 1;
            sum(arrays[kept], offsets[kept], left, right);
            release(freed);
            move(kept, node / 2);
            node /= 2;
        }
    }

    private void sum(float[] dst, int offset, int left, int right) {
        float[] a = arrays[left];
        float[] b = arrays[right];
        int ofA = offsets[left];
        int ofB = offsets[right];
        for (int i = 0; i < length; i++) {
            dst[offset + i] = a[ofA + i] + b[ofB + i];
        }
    }

    private boolean complete() {
        if (arrays[1] == null) {
            return false;
        }
        if (!isResult(1)) {
            System.arraycopy(arrays[1], offsets[1], result, start, length);
            release(1);
            put(1, result, start);
        }
        return true;
    }

    private void put(int node, float[] array, int offset) {
        arrays[node] = array;
        offsets[node] = offset;
        pooled[node] = false;
    }

    private void move(int from, int to) {
        put(to, arrays[from], offsets[from]);
        pooled[to] = pooled[from];
        arrays[from] = null;
    }

    private void release(int node) {
        if (pooled[node]) {
            buffers.giveBack(arrays[node]);
        }
        arrays[node] = null;
    }

    @SuppressWarnings("ReferenceEquality") // the same array, not the same numbers
    private boolean isResult(int node) {
        return arrays[node] == result;
    }

    private static boolean isLeft(int node) {
        return (node & 1) == 0;
    }
}
