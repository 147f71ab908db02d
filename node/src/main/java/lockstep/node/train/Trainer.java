package lockstep.node.train;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.GivenUp;
import lockstep.common.replica.Membership;
import lockstep.node.data.MicroBatches;

/**
 * The loop, in llm.c's order: at each boundary between steps validate, sample and save where due, then train a step. A state that a checkpoint held goes on as if it
 * had never been away: nothing but the {@link TrainingState} is carried from step to step.
 *
 * <p>
 * It is the same loop for one node and for each of many: how a step comes about is the {@link Agreement}'s matter, and what a run does once is done by the node that leads.
 */
public final class Trainer {
    private final RunPlan plan;
    private final Engine engine;
    private final MicroBatches data;
    private final Agreement agreement;
    private final Leadership leads;
    private final Consumer<Membership> members;

    /** For programs that train: puts all the parts together. */
    public static TrainerBuilder builder() {
        return new TrainerBuilder();
    }

    /** A node by itself. */
    public Trainer(RunPlan plan, Engine engine, MicroBatches data, Beside beside, StepListener listener, StopFlag stop) {
        this(plan, engine, data, new Alone(stop), state -> Lead.forever(beside, listener, stop), listener::membershipChanged);
    }

    /**
     * @param leads what this node does from when it leads on, and where it gives up
     * @param members is told who trains, whether this node leads or not
     */
    public Trainer(RunPlan plan, Engine engine, MicroBatches data, Agreement agreement, Leadership leads,
        Consumer<Membership> members) {
        this.plan = plan;
        this.engine = engine;
        this.data = data;
        this.agreement = agreement;
        this.leads = leads;
        this.members = members;
    }

    /**
     * Trains from where the state stands to the end of the plan. Takes the memory for the gradient and for the tree's buffers.
     *
     * @throws UserError when loss or gradient norm is not finite, before the weights change; and where this node gives up among others, after its state is saved
     */
    public Outcome run(TrainingState state) {
        return run(state, () -> new float[state.params().length]);
    }

    /**
     * The same.
     *
     * @param zeros makes the arrays for the gradient; see {@link ArraysAhead}
     */
    public Outcome run(TrainingState state, Supplier<float[]> zeros) {
        int end = plan.length().stopAfter();
        if (state.step() > end) {
            throw new UserError(
                "the run stands at step " + state.step() + ", past the step to end at: " + end + ". Give a larger --stop-after");
        }
        Office office = new Office(plan, state, engine.timer(), leads);
        ModelReplica replica = new ModelReplica(plan, engine, data, state, zeros, office::newestCheckpoint);
        agreement.follow(replica, members);
        try {
            return run(office, replica);
        } catch (GivenUp e) {
            throw office.saved(e);
        }
    }

    private Outcome run(Office office, ModelReplica replica) {
        while (true) {
            switch (agreement.compare(replica)) {
                case STOPPED -> {
                    return followed(replica);
                }
                case AGAIN -> {
                    // who leads is asked below, once there is something to lead
                }
                default -> {
                    Optional<Outcome> over = next(office, replica);
                    if (over.isPresent()) {
                        return over.get();
                    }
                }
            }
        }
    }

    /** What is due where the state stands, then a step; returns how the run ends, where it does. */
    private Optional<Outcome> next(Office office, ModelReplica replica) {
        office.attend(agreement.leads(), replica);
        if (endsHere(replica)) {
            return Optional.of(office.finish(plan.length().end(replica.step())));
        }
        // a node that follows and is to end before the run does says so in its next step
        if (replica.step() == plan.length().steps()) {
            return agreement.awaitEnd(replica)
                ? Optional.of(new Outcome(Outcome.End.COMPLETED, replica.step(), Optional.empty()))
                : Optional.empty();
        }
        switch (agreement.step(replica)) {
            case DONE -> office.stepDone(replica);
            case AGAIN -> {
                // everything is looked at anew
            }
            case LAST -> {
                office.stepDone(replica);
                return endsHere(replica) ? Optional.empty() : stopped(office, replica);
            }
            case STOPPED -> {
                return stopped(office, replica);
            }
            case LEFT -> {
                office.stepDone(replica);
                return Optional.of(office.leave());
            }
        }
        return Optional.empty();
    }

    /** Whether this node leads, and the run goes no further with it. */
    private boolean endsHere(ModelReplica replica) {
        return agreement.leads() && replica.step() >= plan.length().stopAfter();
    }

    /**
     * Whoever leads saves the state, once it is known to be everybody's, before the others may go. Returns nothing where other nodes train together before that is done: they agree anew on whether the run stops.
     */
    private Optional<Outcome> stopped(Office office, ModelReplica replica) {
        return switch (agreement.compare(replica)) {
            case STOPPED -> Optional.of(followed(replica));
            case AGAIN -> Optional.empty();
            default -> {
                if (agreement.leads()) {
                    yield Optional.of(office.close(plan.length().end(replica.step()), replica));
                }
                yield agreement.awaitEnd(replica) ? Optional.of(followed(replica)) : Optional.empty();
            }
        };
    }

    private Outcome followed(ModelReplica replica) {
        return new Outcome(plan.length().end(replica.step()), replica.step(), Optional.empty());
    }
}
