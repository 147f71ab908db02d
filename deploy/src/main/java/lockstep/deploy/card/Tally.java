package lockstep.deploy.card;

import java.util.OptionalDouble;

/** What a card adds up over steps, in their order. Adding makes no objects. */
public final class Tally {
    private static final int RECENT = 100;

    private final double[] recent = new double[RECENT];
    private int steps;
    private int lastStep;
    private int skipped;
    private double seconds;
    private Standing.Validated validated = Standing.Validated.NEVER;

    /** @param wasSkipped whether the spike rule skipped the update */
    public void step(int step, double lossNats, double stepSeconds, boolean wasSkipped) {
        recent[steps++ % RECENT] = lossNats;
        lastStep = step;
        seconds += stepSeconds;
        skipped += wasSkipped ? 1 : 0;
    }

    /** @param step steps done before */
    public void validated(int step, double lossNats) {
        if (Double.isFinite(lossNats)) {
            validated = validated.with(step, lossNats);
        }
    }

    public Tally copy() {
        return new Tally().add(this);
    }

    /** This one, with all of a later one behind it. */
    public Tally add(Tally later) {
        int known = Math.min(later.steps, RECENT);
        steps += later.steps - known; // losses that none is recent of any more
        for (int i = later.steps - known; i < later.steps; i++) {
            recent[steps++ % RECENT] = later.recent[i % RECENT];
        }
        lastStep = later.steps > 0 ? later.lastStep : lastStep;
        seconds += later.seconds;
        skipped += later.skipped;
        validated = validated.then(later.validated);
        return this;
    }

    public int lastStep() {
        return lastStep;
    }

    public int skipped() {
        return skipped;
    }

    /** All steps' time together. */
    public double seconds() {
        return seconds;
    }

    public Standing.Validated validated() {
        return validated;
    }

    /** How many losses {@link #recentLossNats} is the mean of. */
    public int recentSteps() {
        return Math.min(steps, RECENT);
    }

    public OptionalDouble recentLossNats() {
        double sum = 0;
        for (int i = 0; i < recentSteps(); i++) {
            sum += recent[i];
        }
        return steps == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / recentSteps());
    }
}
