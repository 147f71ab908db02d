package lockstep.node.train;

import java.util.Optional;
import java.util.OptionalInt;

import lockstep.common.UserError;
import lockstep.common.replica.GivenUp;
import lockstep.common.timing.StepTimer;

/** What this node does for the run beside its steps: everything while it leads, nothing while another node does. */
final class Office {
    private final RunPlan plan;
    private final TrainingState state;
    private final StepTimer timer;
    private final Leadership leads;
    private Optional<Holding> holding = Optional.empty();

    /** @param boundary knows what was done already at the step where the state stands */
    private record Holding(Lead lead, Boundary boundary) {}

    Office(RunPlan plan, TrainingState state, StepTimer timer, Leadership leads) {
        this.plan = plan;
        this.state = state;
        this.timer = timer;
        this.leads = leads;
    }

    /** Crosses the boundary before the next step, where this node leads. */
    void attend(boolean leading, ModelReplica replica) {
        if (leading && holding.isEmpty()) {
            take(replica);
        } else if (!leading && holding.isPresent()) {
            resign();
        }
        if (holding.isPresent()) {
            holding.get().boundary().crossOnce();
        }
    }

    private void take(ModelReplica replica) {
        Lead lead = leads.take(state);
        Boundary boundary = new Boundary(plan, lead, state, timer);
        holding = Optional.of(new Holding(lead, boundary));
        lead.listener().started(state.step(), plan.length().steps());
        if (lead.reported().equals(OptionalInt.of(state.step() - 1)) && replica.hasJustCommitted()) {
            replica.report(lead.listener()); // whoever led before died between the update and the log
        }
        boundary.announce();
    }

    private void resign() {
        holding.ifPresent(held -> held.lead().resign().run());
        holding = Optional.empty();
    }

    void stepDone(ModelReplica replica) {
        if (holding.isPresent()) { // no lambda: what it catches would be garbage at each step
            replica.report(holding.get().lead().listener());
        }
    }

    /** Makes sure that the state as it stands is saved, and ends the run. What the flag has cut short isn't complete. */
    Outcome finish(Outcome.End end) {
        Holding held = holding.orElseThrow();
        return held.boundary().finish(held.lead().stop().raised() ? Outcome.End.STOPPED_BY_FLAG : end);
    }

    /** The run ends where the state stands. */
    Outcome close(Outcome.End end, ModelReplica replica) {
        if (holding.isEmpty()) {
            take(replica);
        }
        return finish(end);
    }

    /** The others go on. */
    Outcome leave() {
        resign();
        return new Outcome(Outcome.End.LEFT, state.step(), Optional.empty());
    }

    /** What there is to say once the state of a node that gives up is saved. */
    RuntimeException saved(GivenUp why) {
        String text = why.getMessage() + "; the state after step " + state.step() + rescued();
        return why.getCause() == null ? new UserError(text, why) : new IllegalStateException(text, why);
    }

    private String rescued() {
        try {
            return " is saved in " + leads.rescue(state);
        } catch (UserError | GivenUp e) {
            return " could not be saved: " + e.getMessage();
        }
    }

    String newestCheckpoint() {
        return holding.map(held -> held.lead().beside().checkpoints().newest().map(dir -> "the newest checkpoint is " + dir)
            .orElse("no checkpoint was written yet")).orElse("the leading node knows the newest checkpoint");
    }
}
