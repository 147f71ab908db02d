package lockstep.coordinator.agree;

import java.util.Optional;

/** How far this node's copy of the state is, what it holds of the next step, and how fast it computes: what it reports when a generation is proposed. */
final class Whereabouts {
    private final Guard guard;
    private final Pace pace = new Pace();
    private Optional<Integer> step = Optional.empty();
    /** The generation whose averaged gradient of that step is held. */
    private Optional<Proposal> readyIn = Optional.empty();
    private Optional<Generation.CatchUp> last = Optional.empty();

    Whereabouts(Guard guard) {
        this.guard = guard;
    }

    /** @param promised the proposal that this node keeps to */
    Report report(Proposal promised) {
        return guard.read(() -> new Report(promised, step, readyIn, last, pace.medianMs()));
    }

    /** Steps done; nothing where it has no state. */
    Optional<Integer> step() {
        return guard.read(() -> step);
    }

    /** The state is that of a step, and no averaged gradient is held. */
    void stateAt(int newStep) {
        guard.change(() -> {
            step = Optional.of(newStep);
            readyIn = Optional.empty();
        });
    }

    void stateLost() {
        guard.change(() -> {
            step = Optional.empty();
            readyIn = Optional.empty();
            last = Optional.empty();
        });
    }

    /**
     * @param generation that it was averaged in
     * @param microBatchMs pure compute time for one of this node's micro-batches, 0 where it had none
     */
    void holdsGradient(Proposal generation, double microBatchMs) {
        guard.change(() -> {
            readyIn = Optional.of(generation);
            pace.took(microBatchMs);
        });
    }

    /** Nor does it while the state is updated with it. */
    void noGradient() {
        guard.change(() -> readyIn = Optional.empty());
    }

    /** The state was updated. */
    void applied(Generation.CatchUp how) {
        guard.change(() -> {
            step = Optional.of(how.commit().step() + 1);
            last = Optional.of(how);
        });
    }
}
