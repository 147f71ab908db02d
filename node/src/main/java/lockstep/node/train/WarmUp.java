package lockstep.node.train;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.FinalRanges;
import lockstep.common.model.ModelShape;
import lockstep.node.model.Initializer;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/**
 * Shows the compiler the kernels before a large model's first step needs them, which waits for seconds otherwise: until they are compiled they run a hundred times
 * slower. A tiny model is trained on a thread of its own while others read files. Nothing of it reaches the run but compiled code, and so no bits.
 */
public final class WarmUp implements AutoCloseable {
    /** Smaller models have done their first step before this one has. */
    private static final long LARGE = 1 << 24;
    /**
     * Its products have what a large one's have: rows that are no multiple of a tile's, and by the odd V an odd number of k. A branch that was never taken isn't compiled,
     * and taking it throws away all that was: without the odd V the first step took three times as long.
     */
    private static final ModelShape TINY = new ModelShape(64, 257, 384, 1, 2, 128);
    /** Steps after which the kernels are compiled, all but a few small ones: two or three seconds' work. */
    private static final int STEPS = 200;
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Optional<Thread> thread;
    private volatile boolean over;

    private WarmUp(boolean needed) {
        thread = needed ? Optional.of(Thread.ofPlatform().daemon().name("warm-up").start(this::train)) : Optional.empty();
    }

    /**
     * Begins, where it is worth it, and ends by itself.
     *
     * @param shape of the model that will be trained
     */
    public static WarmUp begin(ModelShape shape) {
        return new WarmUp(isLarge(shape));
    }

    /** Whether a start is long enough to be worth the trouble. */
    static boolean isLarge(ModelShape shape) {
        return shape.parameterCount() >= LARGE;
    }

    private void train() {
        try (Workers workers = new Workers(1)) {
            TrainingState state = TrainingState.fresh(TINY, Initializer.parameters(TINY, 1));
            Engine engine = Engine.gpt2(state, BatchPlan.of(1, TINY.maxT(), 1), AdamWSettings.DEFAULT, Recompute.NONE, workers);
            float[] grads = new float[state.params().length];
            int[] tokens = new int[TINY.maxT()];
            Arrays.setAll(tokens, t -> t % TINY.V());
            for (int step = 0; step < STEPS && !over; step++) {
                engine.model().gradient(grads, tokens, tokens, () -> over, FinalRanges.UNHEARD);
                engine.sums().averageAndNorm(grads, 1);
                engine.update().apply(state, grads, 0f, 1f);
            }
        }
    }

    /** The thread, where there is one. */
    Optional<Thread> thread() {
        return thread;
    }

    /**
     * Waits until it has ended. A large model's step that began before would take longer than that by far.
     *
     * @param stopped ends the waiting, and the warm-up
     */
    public void await(BooleanSupplier stopped) {
        try {
            while (thread.isPresent() && !thread.get().join(LOOK)) {
                over |= stopped.getAsBoolean();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = true;
        }
    }

    /** Doesn't wait: what is under way ends within a part of a step. */
    @Override
    public void close() {
        over = true;
    }
}
