package lockstep.common.config;

import java.util.List;

import lockstep.common.UserError;

/**
 * The learning rate of every step, computed in double and rounded once. All but {@link Constant} warm up linearly: peak·(step+1)/warmup while step &lt; warmup.
 * Past the last step the final rate stays.
 */
public sealed interface Schedule {
    /** Names that {@link #named} knows. */
    List<String> NAMES = List.of("cosine", "linear", "constant", "wsd");

    /** @param step number of the step, from 0 */
    float lr(int step);

    /**
     * @param name one of {@link #NAMES}
     * @param finalFraction rate of the last step as a fraction of peak
     * @throws UserError when the name is none of those
     */
    static Schedule named(String name, float peak, int warmup, int steps, float finalFraction) {
        return switch (name) {
            case "cosine" -> new Cosine(peak, warmup, steps, finalFraction);
            case "linear" -> new Linear(peak, warmup, steps, finalFraction);
            case "constant" -> new Constant(peak);
            case "wsd" -> new Wsd(peak, warmup, steps, finalFraction);
            default -> throw new UserError("--lr-schedule must be one of " + NAMES + ", found " + name);
        };
    }

    /** Half a cosine from peak down to peak·finalFraction. */
    record Cosine(float peak, int warmup, int steps, float finalFraction) implements Schedule {
        public Cosine {
            Ramp.check(peak, warmup, steps, finalFraction);
        }

        @Override
        public float lr(int step) {
            if (step < warmup) {
                return Ramp.up(peak, warmup, step);
            }
            return Ramp.between(peak, finalFraction, HalfCosine.at(Ramp.ratio(step, warmup, steps)));
        }
    }

    /** A straight line from peak down to peak·finalFraction. */
    record Linear(float peak, int warmup, int steps, float finalFraction) implements Schedule {
        public Linear {
            Ramp.check(peak, warmup, steps, finalFraction);
        }

        @Override
        public float lr(int step) {
            if (step < warmup) {
                return Ramp.up(peak, warmup, step);
            }
            return Ramp.between(peak, finalFraction, 1.0 - Ramp.ratio(step, warmup, steps));
        }
    }

    /** The same rate at every step, without warm-up. */
    record Constant(float peak) implements Schedule {
        public Constant {
            Check.positiveFinite("--lr", peak);
        }

        @Override
        public float lr(int step) {
            return peak;
        }
    }

    /** Warm-up, stable, decay: flat for the first four fifths of the steps, then 1 − √r down to peak·finalFraction. (arXiv 2405.18392) */
    record Wsd(float peak, int warmup, int steps, float finalFraction) implements Schedule {
        public Wsd {
            Ramp.check(peak, warmup, steps, finalFraction);
        }

        @Override
        public float lr(int step) {
            if (step < warmup) {
                return Ramp.up(peak, warmup, step);
            }
            int decayStart = (int) (4L * steps / 5);
            if (step < decayStart) {
                return peak;
            }
            return Ramp.between(peak, finalFraction, 1.0 - Math.sqrt(Ramp.ratio(step, decayStart, steps)));
        }
    }
}
