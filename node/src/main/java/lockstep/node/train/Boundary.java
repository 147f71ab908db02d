package lockstep.node.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

import lockstep.common.timing.Phase;
import lockstep.common.timing.StepTimer;

/** What happens between two steps: validation, an examination, a sample, a checkpoint, each where it is due. */
final class Boundary {
    private final RunPlan plan;
    private final Beside beside;
    private final StepListener listener;
    private final StopFlag stop;
    private final TrainingState state;
    private final StepTimer timer;
    /** The checkpoint of the state as it stands, where there is one. */
    private Optional<Path> saved;
    private int savedStep;
    private boolean crossed;
    private int crossedStep;

    Boundary(RunPlan plan, Lead lead, TrainingState state, StepTimer timer) {
        this.timer = timer;
        this.plan = plan;
        this.beside = lead.beside();
        this.listener = lead.listener();
        this.stop = lead.stop();
        this.state = state;
        // A state past step 0 comes from a checkpoint, which need not be written again.
        this.saved = state.step() > 0 ? beside.checkpoints().at(state.step()) : Optional.empty();
        this.savedStep = state.step();
    }

    void announce() {
        if (plan.cadence().validateEvery() > 0 && beside.validation().batches() < beside.validation().requestedBatches()) {
            listener.validationShortened(beside.validation().batches(), beside.validation().requestedBatches());
        }
    }

    /** Does what is due at the step where the state stands, unless that was done or the run is to stop. */
    void crossOnce() {
        if (crossed && crossedStep == state.step() || stop.raised()) {
            return;
        }
        crossed = true;
        crossedStep = state.step();
        cross();
    }

    private void cross() {
        int step = state.step();
        boolean last = step == plan.length().steps();
        OptionalDouble measuredNats = OptionalDouble.empty();
        if (plan.cadence().validates(step, last)) {
            measuredNats = counted(Phase.VALIDATION, () -> beside.validation().lossNats(stop));
            measuredNats.ifPresent(this::validated);
        }
        if (plan.cadence().examines(step, last) && !stop.raised()) {
            counted(Phase.VALIDATION, () -> beside.examination().examine(stop, listener))
                .ifPresent(score -> listener.examined(step, score));
        }
        if (plan.cadence().samples(step, last) && !stop.raised()) {
            listener.sampled(step, beside.sampler().sample(step));
        }
        boolean ends = step == plan.length().stopAfter();
        if (ends || plan.cadence().checkpoints(step)) {
            save(measuredNats);
        }
    }

    /** Makes sure that the state as it stands is saved, and ends the run. */
    Outcome finish(Outcome.End end) {
        Outcome outcome = new Outcome(end, state.step(), save(OptionalDouble.empty()));
        listener.finished(outcome);
        return outcome;
    }

    /** Counts how long the work takes. */
    private <T> T counted(Phase phase, Supplier<T> work) {
        long beforeNs = timer.spentNs(phase);
        timer.begin(phase);
        T done = work.get();
        timer.end(phase);
        timer.count(phase, timer.spentNs(phase) - beforeNs);
        return done;
    }

    private void validated(double lossNats) {
        state.validated(lossNats);
        listener.validated(state.step(), lossNats);
    }

    private Path save(OptionalDouble measuredNats) {
        if (saved.isPresent() && savedStep == state.step()) {
            return saved.get();
        }
        Path dir = counted(Phase.CHECKPOINT_STALL, () -> measuredNats.isPresent()
            ? beside.checkpoints().save(state, measuredNats.getAsDouble())
            : beside.checkpoints().save(state));
        saved = Optional.of(dir);
        savedStep = state.step();
        listener.checkpointed(state.step(), dir);
        return dir;
    }
}
