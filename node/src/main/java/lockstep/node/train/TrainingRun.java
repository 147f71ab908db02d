package lockstep.node.train;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Agreement;
import lockstep.node.data.MicroBatches;
import lockstep.node.data.Shuffle;
import lockstep.node.data.TokenShards;
import lockstep.node.data.ValidationBatches;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/** A run that {@link Trainer#builder} has put together: it holds the threads, the open data and the arrays. */
public final class TrainingRun implements AutoCloseable {
    private final RunPlan plan;
    private final Supplier<TrainingState> own;
    private final TrainingState state;
    private final Data data;
    private final Workers workers;
    private final Engine engine;
    private final CheckpointSink checkpoints;
    private final StepListener listener;
    private final Function<TrainingRun, Agreement> agreement;
    private final StopFlag stop = new StopFlag();

    /** @param pattern token shards that are never trained on */
    record HeldOut(String pattern, int every, int batches) {}

    /** @param pattern token shards */
    record Source(String pattern, Optional<HeldOut> heldOut, Shuffle shuffle, long seed) {}

    record Machine(int threads, Recompute recompute) {}

    /** @param agreement with whom this process trains; nothing for nobody */
    record Company(StepListener listener, Optional<Function<TrainingRun, Agreement>> agreement) {}

    /** @param state what that made */
    private record Origin(Supplier<TrainingState> own, TrainingState state) {}

    /** @param batches whose shards are closed with them */
    private record Data(MicroBatches batches, Optional<TokenShards> validation, Optional<ValidationBatches> heldOut)
        implements
            AutoCloseable {
        @Override
        public void close() {
            batches.close();
            validation.ifPresent(TokenShards::close);
        }
    }

    private TrainingRun(RunPlan plan, Origin origin, Data data, Machine machine, CheckpointSink checkpoints, Company company) {
        this.plan = plan;
        this.own = origin.own();
        this.state = origin.state();
        this.data = data;
        this.workers = new Workers(machine.threads());
        this.engine = Engine.gpt2(state, plan.batch(), plan.adamW(), machine.recompute(), workers);
        this.checkpoints = checkpoints;
        this.listener = company.listener();
        this.agreement = company.agreement().orElse(run -> new Alone(run.stop));
    }

    /** @param own makes the state of the newest checkpoint, or of the run's beginning: now, and where {@link #restart} asks for it */
    static TrainingRun open(RunPlan plan, Supplier<TrainingState> own, Source source, Machine machine, CheckpointSink checkpoints,
        Company company) {
        TrainingState state = own.get();
        Data data = open(source, plan, state.shape());
        try {
            return new TrainingRun(plan, new Origin(own, state), data, machine, checkpoints, company);
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    private static Data open(Source source, RunPlan plan, ModelShape shape) {
        TokenShards train = TokenShards.open("data", source.pattern(), shape.V());
        try {
            MicroBatches batches = source.shuffle().batches(train.shards(), plan.batch(), source.seed());
            if (source.heldOut().isEmpty()) {
                return new Data(batches, Optional.empty(), Optional.empty());
            }
            HeldOut wanted = source.heldOut().get();
            TokenShards validation = TokenShards.open("validation", wanted.pattern(), shape.V());
            return new Data(batches, Optional.of(validation),
                Optional.of(new ValidationBatches(validation.shards(), plan.batch().B(), plan.batch().T(), wanted.batches())));
        } catch (RuntimeException e) {
            train.close();
            throw e;
        }
    }

    /**
     * Trains to the end, or until {@link #stop}; listeners are told on this thread.
     *
     * @throws lockstep.common.UserError when loss or gradient norm is not finite, before the weights change
     */
    public Outcome run() {
        Validation validation = data.heldOut()
            .<Validation>map(held -> new BatchValidation(held, engine.model(), plan.batch().tokensPerMicroBatch()))
            .orElseGet(Validation::none);
        Lead lead = Lead.forever(new Beside(validation, _ -> "", checkpoints), listener, stop);
        return new Trainer(plan, engine, data.batches(), agreement.apply(this), _ -> lead, listener::membershipChanged).run(state);
    }

    /** Has {@link #run} end with a checkpoint of the last whole step; of many nodes this one leaves. Any thread, a listener's too. */
    public void stop() {
        stop.raise();
    }

    /**
     * Has the state be that of the newest checkpoint, or of the run's beginning: what an agreement asks for on the one node that has to go on when all that had a state are gone, and may have
     * left half of theirs here. For the agreement alone, between two steps.
     */
    public void restart() {
        state.become(own.get().snapshot(TrainingState.NO_TOKENIZER));
    }

    /** Whether it is to end. Any thread. */
    public boolean stops() {
        return stop.raised();
    }

    /** Weights and all else that is carried from step to step: the arrays themselves. */
    public TrainingState state() {
        return state;
    }

    /** The run's hash, as checkpoints and the command line have it. */
    public String weightsSha256() {
        return ModelFile.weightsSha256(state.params());
    }

    @Override
    public void close() {
        workers.close();
        data.close();
    }
}
