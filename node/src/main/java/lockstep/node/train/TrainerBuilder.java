package lockstep.node.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.ModelSource;
import lockstep.common.checkpoint.Retention;
import lockstep.common.config.AdamWSettings;
import lockstep.common.config.BatchPlan;
import lockstep.common.config.Schedule;
import lockstep.common.config.SpikeRule;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Agreement;
import lockstep.node.data.Shuffle;
import lockstep.node.data.TokenShards;
import lockstep.node.model.Initializer;
import lockstep.node.model.Recompute;

/**
 * A training run of one process, or of one node of many ({@link #agreement}), from a program: what the command {@code train} does, without its console and its logs. The same configuration and data give the same bits as there.
 *
 * <p>
 * Model, data, batch, steps, learning rate and directory have no default; what else is not given is as the command has it. Not for several threads.
 *
 * @see TrainingRun
 */
public final class TrainerBuilder {
    /** Warm-up takes this part of the steps, but no more than llm.c's scripts give it. */
    public static final int WARMUP_DIVISOR = 20;
    public static final int WARMUP_MAX_STEPS = 700;
    /** Learning rate of the last step, of the highest one. */
    public static final String FINAL_LR_FRACTION = "0.1";
    /** Checkpoints that are kept, the newest. */
    public static final int KEEP = 3;
    public static final long SEED = 42;
    /** Tokens of shards have 16 bits. */
    private static final int MAX_TOKENS = 1 << 16;

    private Optional<ModelShape> shape = Optional.empty();
    private Optional<Path> weights = Optional.empty();
    private Optional<String> data = Optional.empty();
    private Optional<BatchPlan> batch = Optional.empty();
    private Optional<Integer> steps = Optional.empty();
    private Optional<Integer> stopAfter = Optional.empty();
    private Optional<Float> peak = Optional.empty();
    private Optional<Schedule> schedule = Optional.empty();
    private Optional<Path> directory = Optional.empty();
    private Optional<TrainingRun.HeldOut> heldOut = Optional.empty();
    private AdamWSettings adamW = AdamWSettings.DEFAULT;
    private SpikeRule spikes = SpikeRule.NEVER;
    private Shuffle shuffle = Shuffle.WINDOWS;
    private Recompute recompute = Recompute.NONE;
    private Retention retention = new Retention(KEEP, 0, false);
    private String tokenizer = TrainingState.NO_TOKENIZER;
    private int checkpointEvery;
    private int threads = Runtime.getRuntime().availableProcessors();
    private long seed = SEED;
    private boolean resume;
    private Optional<Function<TrainingRun, Agreement>> agreement = Optional.empty();
    private final List<StepListener> listeners = new ArrayList<>();

    TrainerBuilder() {}

    /** Steps of the warm-up, where nobody says otherwise. */
    public static int warmup(int steps) {
        return Math.min(WARMUP_MAX_STEPS, steps / WARMUP_DIVISOR);
    }

    /** A model from scratch, whose weights the seed makes. */
    public TrainerBuilder model(ModelShape fresh) {
        shape = Optional.of(fresh);
        weights = Optional.empty();
        return this;
    }

    /** @param path a model file, a checkpoint's directory or a run's, to start from its weights */
    public TrainerBuilder model(Path path) {
        weights = Optional.of(path);
        shape = Optional.empty();
        return this;
    }

    /** @param pattern llm.c's token shards: a file, or a glob as a shell would expand it */
    public TrainerBuilder data(String pattern) {
        data = Optional.of(pattern);
        return this;
    }

    /**
     * @param pattern token shards that are never trained on
     * @param every steps from one measurement to the next; one more at the end
     * @param batches of B·T tokens, the same ones each time
     */
    public TrainerBuilder validation(String pattern, int every, int batches) {
        if (every < 1 || batches < 1) {
            throw new UserError("validation: every must be > 0 and batches > 0, found " + every + " and " + batches);
        }
        heldOut = Optional.of(new TrainingRun.HeldOut(pattern, every, batches));
        return this;
    }

    /** A step is one micro-batch of B sequences of T tokens. */
    public TrainerBuilder batch(int B, int T) {
        return batch(BatchPlan.of(B, T, 1));
    }

    public TrainerBuilder batch(BatchPlan plan) {
        batch = Optional.of(plan);
        return this;
    }

    /** Of the whole run: the schedule ends there. */
    public TrainerBuilder steps(int count) {
        steps = Optional.of(count);
        return this;
    }

    /** Ends early, after this step, with a checkpoint; of many nodes one that doesn't lead leaves after it, and the others go on. Default: the last step. */
    public TrainerBuilder stopAfter(int step) {
        stopAfter = Optional.of(step);
        return this;
    }

    /** Warms up over a twentieth of the steps, 700 at most, then half a cosine down to a tenth. */
    public TrainerBuilder learningRate(float peakRate) {
        peak = Optional.of(peakRate);
        schedule = Optional.empty();
        return this;
    }

    public TrainerBuilder schedule(Schedule rates) {
        schedule = Optional.of(rates);
        peak = Optional.empty();
        return this;
    }

    public TrainerBuilder adamW(AdamWSettings settings) {
        adamW = settings;
        return this;
    }

    /** Which updates are skipped; by default none. */
    public TrainerBuilder spikes(SpikeRule rule) {
        spikes = rule;
        return this;
    }

    public TrainerBuilder shuffle(Shuffle order) {
        shuffle = order;
        return this;
    }

    /** Of the weights and of the order of the data; 42 by default. */
    public TrainerBuilder seed(long number) {
        seed = number;
        return this;
    }

    /** The result never depends on it. */
    public TrainerBuilder threads(int count) {
        threads = count;
        return this;
    }

    /** The bits stay. */
    public TrainerBuilder recompute(Recompute what) {
        recompute = what;
        return this;
    }

    /** Where checkpoints go: one at the end in any case. Refused where there are some already, unless {@link #resume}. */
    public TrainerBuilder directory(Path path) {
        directory = Optional.of(path);
        return this;
    }

    /**
     * Goes on from the newest checkpoint of the directory where there is one, as if it had never stopped: give all else as before. What decides the bits is noted in {@code trainer.txt} beside the checkpoints, and another
     * run's directory is refused, also on a node that joins, whose state it may become.
     */
    public TrainerBuilder resume() {
        resume = true;
        return this;
    }

    /**
     * @param every steps from one to the next
     * @param keep which are kept; by default the newest three
     */
    public TrainerBuilder checkpoints(int every, Retention keep) {
        checkpointEvery = every;
        retention = keep;
        return this;
    }

    /** @param name of the tokenizer that made the data, for whoever reads the checkpoints; by default {@code none} */
    public TrainerBuilder tokenizer(String name) {
        tokenizer = name;
        return this;
    }

    /**
     * With whom this process trains; by default with nobody. Each node is given the same configuration and data, and a directory of its own for the day that it leads.
     *
     * @param with called once, by {@link TrainingRun#run}: the agreement asks that run whether it {@link TrainingRun#stops}, and has it {@link TrainingRun#restart} where all nodes that had the state are gone
     */
    public TrainerBuilder agreement(Function<TrainingRun, Agreement> with) {
        agreement = Optional.of(with);
        return this;
    }

    /** One more, told after those before it. */
    public TrainerBuilder listener(StepListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Opens the data and takes the memory of the model.
     *
     * @throws UserError when something is missing or can't be, by name
     */
    public TrainingRun build() {
        Path out = given("directory", directory);
        CheckpointStore store = new CheckpointStore(out);
        Optional<Path> newest = store.newestComplete();
        if (newest.isPresent() && !resume) {
            throw new UserError(
                "directory: " + out + ": found " + newest.get().getFileName() + " in it, expected no checkpoint, or resume()");
        }
        int count = given("steps", steps);
        BatchPlan plan = given("batch", batch);
        int every = heldOut.map(TrainingRun.HeldOut::every).orElse(0);
        RunPlan run = new RunPlan(plan, new RunPlan.Length(count, stopAfter.orElse(count)), rates(count), adamW, spikes,
            new Cadence(every, 0, checkpointEvery));
        Supplier<TrainingState> fresh = fresh();
        RunNote note = new RunNote(out, () -> fields(run));
        if (newest.isPresent()) {
            note.requireSame();
        }
        Supplier<TrainingState> own = () -> store.newestComplete().map(this::loaded).orElseGet(fresh);
        StepListener listener = listeners.stream().reduce(StepListener::both).orElseGet(() -> new StepListener() {});
        return TrainingRun.open(run, own, new TrainingRun.Source(given("data", data), heldOut, shuffle, seed),
            new TrainingRun.Machine(threads, recompute), new NotedCheckpoints(note, new StoredCheckpoints(store, retention, tokenizer)),
            new TrainingRun.Company(listener, agreement));
    }

    /** What decides the bits, as far as a later start may know it; given weights may have moved by then. */
    private Map<String, String> fields(RunPlan run) {
        Map<String, String> fields = new LinkedHashMap<>();
        shape.ifPresent(model -> {
            fields.put("model", model.toString());
            fields.put("seed", String.valueOf(seed));
        });
        try (TokenShards train = TokenShards.open("data", given("data", data), MAX_TOKENS)) {
            fields.put("dataSha256", train.sha256());
        }
        fields.put("shuffle", shuffle.name());
        fields.put("batch", run.batch().toString());
        fields.put("schedule", run.schedule().toString());
        fields.put("adamW", run.adamW().toString());
        fields.put("spikes", run.spikes().toString());
        return fields;
    }

    private TrainingState loaded(Path checkpoint) {
        TrainingState state = TrainingState.of(CheckpointStore.load(checkpoint));
        shape.filter(model -> !model.equals(state.shape())).ifPresent(model -> {
            throw new UserError("directory: " + checkpoint + ": holds a model of " + state.shape() + ", expected " + model);
        });
        return state;
    }

    private Schedule rates(int count) {
        return schedule.orElseGet(() -> Schedule.named("cosine", given("learningRate", peak),
            warmup(count), count, Float.parseFloat(FINAL_LR_FRACTION)));
    }

    /** Makes the state of the run's beginning, by what is given now, and in a cluster perhaps again. */
    private Supplier<TrainingState> fresh() {
        if (weights.isPresent()) {
            return new GivenWeights(ModelSource.resolve(weights.get()).file());
        }
        ModelShape wanted = given("model", shape);
        long number = seed;
        return () -> TrainingState.fresh(wanted, Initializer.parameters(wanted, number));
    }

    private static <T> T given(String name, Optional<T> value) {
        return value.orElseThrow(() -> new UserError(name + ": found nothing, expected it to be given"));
    }
}
