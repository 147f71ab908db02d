package lockstep.deploy.card;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a run has come.
 *
 * @param name of its directory
 * @param weights of the newest checkpoint
 * @param end how it ended; nothing as long as it goes on
 */
public record Standing(String name, Tally tally, Optional<Weights> weights, Optional<String> end) {

    /**
     * Validation losses, in nats; nothing where none was measured.
     *
     * @param lastStep steps done before the newest one
     * @param bestStep the same for the lowest one
     */
    public record Validated(OptionalDouble last, int lastStep, OptionalDouble best, int bestStep) {
        static final Validated NEVER = new Validated(OptionalDouble.empty(), 0, OptionalDouble.empty(), 0);

        /** With one more. */
        Validated with(int step, double lossNats) {
            return then(new Validated(OptionalDouble.of(lossNats), step, OptionalDouble.of(lossNats), step));
        }

        /** With all later ones. */
        Validated then(Validated later) {
            if (later.last.isEmpty()) {
                return this;
            }
            boolean lower = best.isEmpty() || later.best.getAsDouble() < best.getAsDouble();
            return new Validated(later.last, later.lastStep, lower ? later.best : best, lower ? later.bestStep : bestStep);
        }
    }

    /**
     * Of a checkpoint.
     *
     * @param file relative to the run's directory
     * @param sha256 of the weights alone
     */
    public record Weights(int step, String file, String sha256) {}
}
