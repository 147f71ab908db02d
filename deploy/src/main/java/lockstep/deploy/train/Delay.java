package lockstep.deploy.train;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import lockstep.common.UserError;
import lockstep.common.model.FinalRanges;
import lockstep.common.timing.Spans;
import lockstep.node.train.Engine;
import lockstep.node.train.GradientSource;

/**
 * A slower machine than this one, for tests: LOCKSTEP_SLOW=MS:FROM in the environment has each micro-batch from number FROM on, as this node counts those that it computes, take MS ms longer. The gradients are the same.
 */
final class Delay {
    private static final String VARIABLE = "LOCKSTEP_SLOW";
    private static final long NS_PER_MS = 1_000_000;

    private final long ms;
    private final long from;
    private long computed;

    private Delay(long ms, long from) {
        this.ms = ms;
        this.from = from;
    }

    /** The engine itself where no test asks for anything else. */
    static Engine of(Engine engine) {
        return Optional.ofNullable(System.getenv(VARIABLE)).map(Delay::parse)
            .map(delay -> new Engine(delay.slowed(engine.model()), engine.sums(), engine.update(), engine.nanoClock(), engine.timer()))
            .orElse(engine);
    }

    private static Delay parse(String spec) {
        if (!spec.matches("\\d{1,5}:\\d{1,9}")) {
            throw new UserError(VARIABLE + ": found " + spec + ", expected milliseconds:micro-batch");
        }
        String[] parts = spec.split(":", -1);
        return new Delay(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    /** Nothing that ends the training, a broken generation least of all, waits for more than one of these. */
    private void pass() {
        long end = System.nanoTime() + (computed++ < from ? 0 : ms * NS_PER_MS);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private GradientSource slowed(GradientSource model) {
        return new GradientSource() {
            @Override
            public double gradient(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges ranges) {
                pass();
                return model.gradient(grads, tokens, targets, interrupted, ranges);
            }

            @Override
            public double accumulate(float[] grads, int[] tokens, int[] targets, BooleanSupplier interrupted, FinalRanges ranges) {
                pass();
                return model.accumulate(grads, tokens, targets, interrupted, ranges);
            }

            @Override
            public double loss(int[] tokens, int[] targets) {
                return model.loss(tokens, targets);
            }

            @Override
            public void tell(Spans spans) {
                model.tell(spans);
            }

            @Override
            public long work() {
                return model.work();
            }

            @Override
            public long forwardNs() {
                return model.forwardNs();
            }
        };
    }
}
