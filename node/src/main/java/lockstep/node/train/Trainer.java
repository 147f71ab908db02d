package lockstep.node.train;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.replica.Agreement;
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
    private final Function<TrainingState, Lead> leads;
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
     * @param leads what this node does from when it leads on; asked again after it has resigned
     * @param members is told who trains, whether this node leads or not
     */
    public Trainer(RunPlan plan, Engine engine, MicroBatches data, Agreement agreement, Function<TrainingState, Lead> leads,
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
     * @throws UserError when loss or gradient norm is not finite, before the weights change
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
        while (true) {
            office.attend(agreement.leads(), replica);
            if (state.step() == end) {
                if (agreement.leads()) {
                    return office.finish(end == plan.length().steps() ? Outcome.End.COMPLETED : Outcome.End.STOPPED_AFTER);
                }
                if (agreement.awaitEnd(replica)) {
                    return new Outcome(Outcome.End.COMPLETED, state.step(), Optional.empty());
                }
                continue;
            }
            switch (agreement.step(replica)) {
                case DONE -> office.stepDone(replica);
                case AGAIN -> {
                    // who leads is asked above
                }
                case LAST -> {
                    office.stepDone(replica);
                    return stopped(office, replica);
                }
                case STOPPED -> {
                    return stopped(office, replica);
                }
                case LEFT -> {
                    office.stepDone(replica);
                    return office.leave();
                }
            }
        }
    }

    /** Whoever leads saves the state before the others may go. */
    private Outcome stopped(Office office, ModelReplica replica) {
        while (!agreement.leads()) {
            if (agreement.awaitEnd(replica)) {
                return new Outcome(Outcome.End.STOPPED_BY_FLAG, replica.step(), Optional.empty());
            }
        }
        return office.close(Outcome.End.STOPPED_BY_FLAG, replica);
    }
}
