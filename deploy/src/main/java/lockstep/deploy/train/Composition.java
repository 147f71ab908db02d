package lockstep.deploy.train;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.format.ModelFile;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.console.ConsoleView;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.model.StoredModel;
import lockstep.node.bench.PeakFlops;
import lockstep.node.data.ValidationBatches;
import lockstep.node.generate.Generator;
import lockstep.node.kernel.Kernels;
import lockstep.node.model.Initializer;
import lockstep.node.parallel.Workers;
import lockstep.node.train.BatchValidation;
import lockstep.node.train.Beside;
import lockstep.node.train.Cadence;
import lockstep.node.train.Engine;
import lockstep.node.train.Memory;
import lockstep.node.train.MemoryPlan;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StopFlag;
import lockstep.node.train.StoredCheckpoints;
import lockstep.node.train.TextSampler;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainingState;
import lockstep.node.train.Validation;

/** The composition root of a training run: the one place that makes its objects and knows how they hang together. */
public final class Composition {
    private final Terminal terminal;
    private final TextProgress textProgress;
    private final String version;
    private final RunWatcher watcher;

    /**
     * @param textProgress told how far text has become tokens
     * @param version of Lockstep, for config.json
     * @param watcher follows the run
     */
    public Composition(Terminal terminal, TextProgress textProgress, String version, RunWatcher watcher) {
        this.terminal = terminal;
        this.textProgress = textProgress;
        this.version = version;
        this.watcher = watcher;
    }

    /** Trains from the options to the last line of output. */
    public void train(TrainRequest request) {
        try {
            run(request.options());
        } catch (UserError e) {
            throw request.explained(e);
        }
    }

    private void run(TrainOptions options) {
        options.run.vector.ifPresent(Kernels::choose);
        Resolver resolver = new Resolver(options);
        MemoryPlan memory = MemoryPlan.of(resolver.what().shape(), resolver.plan(), resolver.machine().threads(),
            resolver.machine().recompute(), 0);
        memory.requireFits(Memory.ofThisJvm());
        boolean resumed = options.run.resume.isPresent();
        try (RunDirectory run = directory(options.run)) {
            TextShards text = new TextShards(run, terminal);
            DataChoice.Shards shards = resumed ? text.find(resolver.what(), resolver.plan()) : made(text, resolver);
            try (RunData data = RunData.open(shards, resolver.what(), resolver.plan())) {
                RunConfig config = resolver.resolve(data.batches().tokensPerEpoch(), data.firstShard());
                Optional<ValidationBatches> heldOut = heldOut(config, data);
                if (resumed) {
                    RunAbout.requireSame(run, data, terminal);
                } else {
                    run.begin(ConfigJson.write(config, RunAbout.of(config, run, data, version)));
                }
                loop(config, run, data, heldOut, memory);
            }
        }
    }

    private DataChoice.Shards made(TextShards text, Resolver resolver) {
        try (textProgress) {
            return text.make(resolver.what(), resolver.plan(), textProgress);
        }
    }

    private static RunDirectory directory(RunOptions options) {
        if (options.resume.isPresent()) {
            return RunDirectory.open(options.resume.get());
        }
        return options.out.map(RunDirectory::create)
            .orElseGet(() -> RunDirectory.createBelow(Path.of("runs"), LocalDateTime.now(ZoneId.systemDefault())));
    }

    /** The stop flag holds a dying JVM until it is closed, so nothing that takes long stands before it and every line of output inside. */
    private void loop(RunConfig config, RunDirectory run, RunData data, Optional<ValidationBatches> heldOut, MemoryPlan memory) {
        try (StopFlag stop = StopFlag.onShutdown(); Workers workers = new Workers(config.machine().threads()); terminal) {
            CheckpointStore store = new CheckpointStore(run.path());
            TrainingState state = state(config, store);
            double peakGflops = PeakFlops.measureGflops(workers);
            RunHeader.lines(config, memory, data, peakGflops).forEach(terminal::line);
            Engine engine = Engine.gpt2(state, config.batch(), config.optimizer().adamW(), config.machine().recompute(), workers);
            try (RunLogs logs = new RunLogs(run.path(), state.step())) {
                Validation validation = validation(config, heldOut, engine);
                Beside beside = new Beside(validation, sampler(config, state, workers),
                    new LoggedCheckpoints(logs, new StoredCheckpoints(store, config.beside().retention(), config.what().tokenizer())));
                StepListener seen =
                    StepListener.both(view(config, peakGflops), watcher.began(run.path().getFileName().toString(), config.batch(), stop));
                StepListener listener = StepListener.both(logs, seen);
                Cadence cadence = cadence(config, validation);
                Outcome outcome = new Trainer(config.plan(cadence), engine, data.batches(), beside, listener, stop).run(state);
                conclude(outcome, run, state);
            }
        }
    }

    private ConsoleView view(RunConfig config, double peakGflops) {
        String lossUnit = config.what().tokenizer().equals("bytes") ? "nats per byte" : "nats per token";
        double flopsPerToken = config.what().shape().trainingFlopsPerToken(config.batch().T());
        return new ConsoleView(terminal, new ConsoleView.Settings(config.beside().logEvery(), lossUnit, flopsPerToken, peakGflops));
    }

    private TrainingState state(RunConfig config, CheckpointStore store) {
        RunConfig.What what = config.what();
        Optional<Path> newest = store.newestComplete();
        if (newest.isPresent()) {
            TrainingState state = TrainingState.of(CheckpointStore.load(newest.get()));
            if (!state.shape().equals(what.shape())) {
                throw new UserError(
                    newest.get() + ": model: found " + state.shape() + ", expected " + what.shape() + " as the run's config.json says");
            }
            return state;
        }
        float[] params = what.model() instanceof ModelChoice.Stored stored
            ? StoredModel.find(stored.path()).weights(0)
            : Initializer.parameters(what.shape(), what.seed());
        return TrainingState.fresh(what.shape(), params);
    }

    /** Looked at before the directory becomes a run: validation data that won't do is a mistake that leaves nothing behind. */
    private static Optional<ValidationBatches> heldOut(RunConfig config, RunData data) {
        return config.beside().cadence().validateEvery() == 0
            ? Optional.empty()
            : data.validation(config.batch(), config.beside().valBatches());
    }

    private static Validation validation(RunConfig config, Optional<ValidationBatches> heldOut, Engine engine) {
        return heldOut.<Validation>map(held -> new BatchValidation(held, engine.model(), config.batch().tokensPerMicroBatch()))
            .orElseGet(Validation::none);
    }

    private static Cadence cadence(RunConfig config, Validation validation) {
        Cadence asked = config.beside().cadence();
        return validation.batches() > 0 ? asked : new Cadence(0, asked.sampleEvery(), asked.checkpointEvery());
    }

    private static TextSampler sampler(RunConfig config, TrainingState state, Workers workers) {
        if (config.beside().cadence().sampleEvery() == 0) {
            return step -> "";
        }
        Generator generator = new Generator(state.shape(), state.params(), workers);
        return new SampleText(generator, Tokenizer.named(config.what().tokenizer()), config.beside().sampleTokens());
    }

    private void conclude(Outcome outcome, RunDirectory run, TrainingState state) {
        terminal.line("run directory " + run.path());
        if (outcome.end() != Outcome.End.COMPLETED) {
            terminal.line("to go on: ./lockstep train --resume " + run.path());
        }
        terminal.line("weights sha256 " + ModelFile.weightsSha256(state.params()));
    }
}
