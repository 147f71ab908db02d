package lockstep.node.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;

/**
 * Takes the memory of a large model's moments and gradient while its weights are read, each array on a thread of its own. A system hands out memory page by page when it is first touched, and on some machines that
 * takes seconds for a gigabyte. No collection can begin while a thread clears an array, and who needs one waits: so all are cleared at once, on all cores.
 */
public final class ArraysAhead implements Supplier<float[]> {
    /** AdamW's m and v. */
    private static final int MOMENTS = 2;

    private final int length;
    private final Deque<FutureTask<float[]>> ahead = new ArrayDeque<>();

    private ArraysAhead(int length, int count) {
        this.length = length;
        for (int i = 0; i < count; i++) {
            FutureTask<float[]> task = new FutureTask<>(() -> new float[length]);
            ahead.add(task);
            Thread.ofPlatform().daemon().name("array-" + i).start(task);
        }
    }

    /**
     * Begins, where it is worth it: the arrays that {@link TrainingState#fresh} and {@link Trainer#run} will ask for, in this order.
     *
     * @param moments whether they are needed; those of a checkpoint are read
     */
    public static ArraysAhead begin(ModelShape shape, BatchPlan plan, boolean moments) {
        int length = Math.toIntExact(shape.parameterCount());
        int gradients = GradientBuffers.reserved(plan);
        return new ArraysAhead(length, WarmUp.isLarge(shape) ? gradients + (moments ? MOMENTS : 0) : 0);
    }

    /**
     * One more array of zeros, as long as the model has parameters, which is the caller's from now on. For one thread.
     *
     * @throws OutOfMemoryError when there was no room for it
     */
    @Override
    public float[] get() {
        return ahead.isEmpty() ? new float[length] : awaited(ahead.remove());
    }

    private static float[] awaited(FutureTask<float[]> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OutOfMemoryError none) {
                throw none;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while memory was taken", e);
        }
    }
}
