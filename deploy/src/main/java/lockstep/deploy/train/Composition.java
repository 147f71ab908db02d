package lockstep.deploy.train;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

import com.sun.management.ThreadMXBean;

import lockstep.common.ShellWord;
import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.checkpoint.Snapshot;
import lockstep.common.checkpoint.WindowState;
import lockstep.common.fault.FailPoints;
import lockstep.common.format.ModelFile;
import lockstep.common.format.TrainerStateFile;
import lockstep.common.replica.Agreement;
import lockstep.common.replica.Membership;
import lockstep.coordinator.agree.End;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.secret.Secret;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.dashboard.LocalRunFiles;
import lockstep.deploy.dashboard.RunFiles;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.metrics.RunMetrics;
import lockstep.deploy.model.StoredModel;
import lockstep.node.data.ValidationBatches;
import lockstep.node.kernel.Kernels;
import lockstep.node.model.Initializer;
import lockstep.node.parallel.Workers;
import lockstep.node.train.Alone;
import lockstep.node.train.ArraysAhead;
import lockstep.node.train.Cadence;
import lockstep.node.train.Engine;
import lockstep.node.train.Memory;
import lockstep.node.train.MemoryPlan;
import lockstep.node.train.Outcome;
import lockstep.node.train.StopFlag;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainingState;
import lockstep.node.train.WarmUp;

/** The composition root of a training run: the one place that makes its objects and knows how they hang together. */
public final class Composition {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Terminal terminal;
    private final TextProgress textProgress;
    private final String version;
    private final FailPoints failPoints;

    /**
     * @param textProgress told how far text has become tokens
     * @param version of Lockstep, for config.json
     * @param failPoints where a test has this process end
     */
    public Composition(Terminal terminal, TextProgress textProgress, String version, FailPoints failPoints) {
        this.terminal = terminal;
        this.textProgress = textProgress;
        this.version = version;
        this.failPoints = failPoints;
    }

    /**
     * Trains from the options to the last line of output.
     *
     * @param watcher follows a run that this process trains alone
     */
    public void train(TrainRequest request, RunWatcher watcher) {
        try {
            request.options().measure.check();
            request.options().run.vector.ifPresent(Kernels::choose);
            if (request.options().cluster.isNode()) {
                node(request);
            } else {
                alone(request.options(), watcher);
            }
        } catch (UserError e) {
            throw request.explained(e);
        }
    }

    /**
     * @param origin of weights that were given
     * @param warmUp under way until the first step
     * @param ahead memory for the state
     */
    private record Start(Optional<ReadOrigin> origin, WarmUp warmUp, ArraysAhead ahead) {}

    private void alone(TrainOptions options, RunWatcher watcher) {
        SingleNodeView view = new SingleNodeView(options.http.address().map(HttpAddress::toString).orElse(""), System::nanoTime);
        RunMetrics metrics = new RunMetrics(view, SingleNodeView.NODE);
        try (HttpService http = HttpService.open(options.http, view, options.cluster.secretFile.map(Secret::read), metrics, terminal)) {
            bring(options, Optional.empty(), RunWatcher.both(RunWatcher.both(view, RunWatcher.of(metrics)), watcher), http);
        }
    }

    private void node(TrainRequest request) {
        try (ClusterNode node = ClusterNode.start(request, terminal)) {
            node(request, node, new RunMetrics(node.view(), node.name()));
        }
    }

    private void node(TrainRequest request, ClusterNode node, RunMetrics metrics) {
        try (HttpService http = HttpService.open(request.options().http, node.view(), Optional.of(node.secret()), metrics, terminal)) {
            if (node.run().isPresent()) {
                JoinedRun joined = JoinedRun.of(request, node, version, terminal);
                try (RunData data = joined.data(); WarmUp warmUp = WarmUp.begin(joined.config().what().shape())) {
                    requireFits(joined.memory());
                    ArraysAhead ahead = ArraysAhead.begin(joined.config().what().shape(), joined.config().batch(), true);
                    train(
                        new Leading.Run(joined.config(), data, new Leading.Tests(heldOut(joined.config(), data), joined.exam()),
                            joined.memory(),
                            new Leading.Setting(Leading.Company.WITH_OTHERS, RunWatcher.of(metrics), failPoints,
                                request.options().measure)),
                        joined.home(), new Start(joined.origin().map(ReadOrigin::unread), warmUp, ahead), Optional.of(node), http);
                }
            } else {
                bring(request.options(), Optional.of(node), RunWatcher.of(metrics), http);
            }
        }
    }

    private static void requireFits(MemoryPlan memory) {
        memory.requireFits(Memory.ofThisJvm());
    }

    /** This process has the run's configuration and data. */
    private void bring(TrainOptions options, Optional<ClusterNode> node, RunWatcher watcher, HttpService http) {
        Resolver resolver = new Resolver(options);
        MemoryPlan memory = memory(resolver, node.isPresent());
        requireFits(memory);
        boolean resumed = options.run.resume.isPresent();
        try (WarmUp warmUp = WarmUp.begin(resolver.what().shape()); RunDirectory run = directory(options.run)) {
            TextShards text = new TextShards(run.data(), terminal);
            DataChoice.Shards shards = resumed ? text.find(resolver.what(), resolver.plan()) : made(text, resolver);
            try (RunData data = RunData.open(shards, resolver.what(), resolver.plan())) {
                RunConfig config = resolver.resolve(data.batches().tokensPerEpoch(), data.firstShard());
                Optional<ValidationBatches> heldOut = heldOut(config, data);
                boolean freshMoments = !resumed && !(config.what().model() instanceof ModelChoice.Continued);
                ArraysAhead ahead = ArraysAhead.begin(config.what().shape(), config.batch(), freshMoments);
                Optional<ReadOrigin> origin = resumed
                    ? ReadOrigin.resumed(run.path(), config.what().model())
                    : ReadOrigin.of(config.what().model(), options.what.model);
                Map<String, Object> about = RunAbout.of(config, run, data, origin.map(ReadOrigin::origin), version);
                watcher.begins(about);
                byte[] json = ConfigJson.write(config, about);
                if (resumed) {
                    RunAbout.requireSame(run, data, version, terminal);
                    RunAbout.noteBuild(run, version);
                    warnIfItBeginsAgain(run);
                    lengthen(run, config);
                } else {
                    run.begin(json);
                }
                node.ifPresent(some -> some.offer(json, run.path()));
                Leading.Company company = node.isPresent() ? Leading.Company.WITH_OTHERS : Leading.Company.ALONE;
                train(
                    new Leading.Run(config, data, new Leading.Tests(heldOut, resolver.exam()), memory,
                        new Leading.Setting(company, watcher, failPoints, options.measure)),
                    RunHome.of(run, json), new Start(origin, warmUp, ahead), node, http);
            }
        }
    }

    /** Steps that were done and are nowhere to be found cost time, and their owner may know where they are. */
    private void warnIfItBeginsAgain(RunDirectory run) {
        if (new CheckpointStore(run.path()).newestComplete().isEmpty()) {
            terminal.warning("lockstep: --resume: found no whole checkpoint in " + run.path().resolve("checkpoints")
                + ": the run begins again at its first step");
        }
    }

    private void lengthen(RunDirectory run, RunConfig config) {
        Lengthening lengthening = Lengthening.of(run.path(), config);
        if (lengthening.isAskedFor(config)) {
            lengthening.write(run, config.length().steps());
            terminal.line("the run has " + config.length().steps() + " steps instead of " + lengthening.before()
                + " from here on: config.json says so, and the weights come out as of a run that was given " + given(config)
                + " from the start");
        }
        lengthening.hint(config).forEach(terminal::line);
    }

    /** Which options lead to the same learning rates: by default the warm-up depends on the steps, and a run that goes on keeps the one that it began with. */
    private static String given(RunConfig config) {
        RunConfig.Rate rate = config.optimizer().rate();
        String steps = "--steps " + config.length().steps();
        return rate.schedule().equals("constant") ? steps : steps + " --warmup " + rate.warmup();
    }

    static MemoryPlan memory(Resolver resolver, boolean inCluster) {
        MemoryPlan memory = MemoryPlan.of(resolver.what().shape(), resolver.plan(), resolver.machine().threads(),
            resolver.machine().recompute(), 0);
        if (resolver.exam().isPresent()) {
            memory = memory.with("examination", resolver.exam().get().bytes(resolver.what().shape(), resolver.machine().threads()));
        }
        return inCluster ? memory.withExchange() : memory;
    }

    private DataChoice.Shards made(TextShards text, Resolver resolver) {
        try (textProgress) {
            return text.make(resolver.what(), resolver.plan(), resolver.machine().threads(), textProgress);
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
    private void train(Leading.Run run, RunHome home, Start start, Optional<ClusterNode> node, HttpService http) {
        RunConfig config = run.config();
        try (StopFlag stop = StopFlag.onShutdown();
            Workers workers = new Workers(config.machine().threads());
            terminal;
            Measuring measuring =
                new Measuring(node.map(ClusterNode::name).orElse(SingleNodeView.NODE), run.setting().measure().trace, terminal)) {
            run.setting().watcher().measured(measuring.latencies());
            boolean joins = node.isPresent() && node.get().run().isPresent();
            Optional<TrainingState> own = joins ? kept(home, config) : Optional.of(state(config, home, start));
            TrainingState state = own.orElseGet(() -> empty(config, start.ahead()));
            StepAllocation allocation = new StepAllocation(THREADS::getTotalThreadAllocatedBytes);
            Engine engine = Delay.of(Engine.gpt2(state, config.batch(), config.optimizer().adamW(), config.machine().recompute(), workers)
                .after(() -> afterUpdate(state, allocation)).timed(measuring.timer()));
            RunStory story =
                node.map(ClusterNode::story)
                    .orElseGet(() -> new RunStory(SingleNodeView.NODE, System::currentTimeMillis, System::nanoTime));
            start.warmUp().await(stop::raised); // before the machine's peak is measured, too
            Leading leading = new Leading(run, home, new Leading.Tools(engine, workers, stop, measuring, story), terminal);
            Optional<TrainingCluster> cluster = node.map(some -> some.join(config, run.data(), failPoints,
                new ClusterNode.Reach(stop,
                    new TrainingCluster.Start(own.isPresent(),
                        () -> state.become(state(config, home, start).snapshot(config.what().tokenizer())), () -> some.refusal(home)),
                    home, measuring)));
            http.follow(
                cluster.<RunFiles>map(some -> node.orElseThrow().files(home, some)).orElseGet(() -> new LocalRunFiles(home.path())));
            try (leading) {
                Agreement agreement = cluster.map(TrainingCluster::agreement).orElseGet(() -> new Alone(stop));
                Cadence cadence = cadence(config, run.tests().heldOut());
                Outcome outcome =
                    new Trainer(config.plan(cadence), engine, run.data().batches(), agreement, leading, members(node, story))
                        .run(state, start.ahead());
                node.ifPresent(some -> allocation.summary().ifPresent(some::tell));
                conclude(config, outcome, home, state, cluster);
            } finally {
                cluster.ifPresent(TrainingCluster::close);
            }
        }
    }

    private static Consumer<Membership> members(Optional<ClusterNode> node, RunStory story) {
        return membership -> {
            story.membershipChanged(membership);
            node.ifPresent(ClusterNode::trains);
        };
    }

    private void afterUpdate(TrainingState state, StepAllocation allocation) {
        allocation.updated();
        failPoints.pass("adamw");
        if (failPoints.reached("flip-weights")) {
            flip(state.params());
        }
        if (failPoints.reached("flip-moments")) {
            flip(state.v());
        }
    }

    /** A bit of a value. */
    private static void flip(float[] values) {
        values[0] = Float.intBitsToFloat(Float.floatToRawIntBits(values[0]) ^ 1);
    }

    /** Of the newest checkpoint, else of the run's beginning. That may be asked for again after hours, of weights that a path leads to: they have to be the same. */
    private static TrainingState state(RunConfig config, RunHome home, Start start) {
        RunConfig.What what = config.what();
        Optional<TrainingState> newest = newest(home, what);
        if (newest.isPresent()) {
            return newest.get();
        }
        return switch (what.model()) {
            case ModelChoice.Stored stored -> TrainingState.fresh(what.shape(), weights(start.origin(), stored.path()), start.ahead());
            case ModelChoice.Continued continued -> {
                start.origin().map(ReadOrigin::origin).ifPresent(RunOrigin::requireState);
                yield continued(weights(start.origin(), continued.path()), continued.optimizerState(), what);
            }
            case ModelChoice.Named _,ModelChoice.Sizes _ ->
                TrainingState.fresh(what.shape(), Initializer.parameters(what.shape(), what.seed()), start.ahead());
        };
    }

    private static Optional<TrainingState> newest(RunHome home, RunConfig.What what) {
        Optional<Path> newest = home.holdsTheRun() ? new CheckpointStore(home.path()).newestComplete() : Optional.empty();
        return newest.map(directory -> {
            TrainingState state = TrainingState.of(CheckpointStore.load(directory));
            if (!state.shape().equals(what.shape())) {
                throw new UserError(
                    directory + ": model: found " + state.shape() + ", expected " + what.shape() + " as the run's config.json says");
            }
            return state;
        });
    }

    /** What a node that joins has of the run already: after an end of all it may be further than whoever came first. */
    private Optional<TrainingState> kept(RunHome home, RunConfig config) {
        try {
            return home.isOfTheSameLength() ? newest(home, config.what()) : Optional.empty();
        } catch (UserError e) {
            terminal.warning("lockstep: " + e.getMessage() + ": left alone, and the state is taken from the other nodes");
            return Optional.empty();
        }
    }

    /** Runs of older versions note no origin. */
    private static float[] weights(Optional<ReadOrigin> origin, Path path) {
        return origin.map(ReadOrigin::weights).orElseGet(() -> StoredModel.find(path).weights(0));
    }

    private static TrainingState continued(float[] params, Path optimizerState, RunConfig.What what) {
        float[] m = new float[params.length];
        float[] v = new float[params.length];
        int step = TrainerStateFile.read(optimizerState, params, m, v);
        return TrainingState
            .of(new Snapshot(what.shape(), step, params, m, v, WindowState.empty(), WindowState.empty(), OptionalDouble.empty(),
                what.tokenizer()));
    }

    /** To be filled by the other nodes. */
    private static TrainingState empty(RunConfig config, ArraysAhead ahead) {
        return TrainingState.fresh(config.what().shape(), new float[Math.toIntExact(config.what().shape().parameterCount())], ahead);
    }

    /** Looked at before the directory becomes a run: validation data that won't do is a mistake that leaves nothing behind. */
    private static Optional<ValidationBatches> heldOut(RunConfig config, RunData data) {
        return config.beside().cadence().validateEvery() == 0
            ? Optional.empty()
            : data.validation(config.batch(), config.beside().valBatches());
    }

    private static Cadence cadence(RunConfig config, Optional<ValidationBatches> heldOut) {
        Cadence asked = config.beside().cadence();
        boolean measures = heldOut.isPresent() && heldOut.get().count() > 0;
        return measures ? asked : new Cadence(0, asked.sampleEvery(), asked.checkpointEvery(), asked.examineEvery());
    }

    private void conclude(RunConfig config, Outcome outcome, RunHome home, TrainingState state, Optional<TrainingCluster> cluster) {
        String sha256 = ModelFile.weightsSha256(state.params());
        String weights = "weights sha256 " + sha256;
        if (outcome.end() == Outcome.End.LEFT) {
            terminal.line("left after step " + outcome.step() + " with weights sha256 " + sha256 + "; the other nodes go on");
        } else if (outcome.checkpoint().isPresent()) {
            terminal.line("run directory " + home.path());
            if (outcome.end() != Outcome.End.COMPLETED) {
                terminal.line("to go on: ./lockstep train --resume " + ShellWord.of(home.path()));
            }
            terminal.line(weights);
            PublishedWeights.tell(config, outcome.step(), sha256, RunAbout.builds(TrainRequest.about(home.path())), terminal);
            cluster.ifPresent(some -> some.announceEnd(state.step(), sha256));
        } else {
            Optional<End> end = cluster.flatMap(TrainingCluster::end);
            terminal.line(end.map(some -> new FollowersEnd(some.step(), some.weightsSha256()))
                .map(some -> some.line(cluster.orElseThrow().holds(), sha256))
                .orElse("stopped at step " + outcome.step() + " without a place among the nodes that train"));
        }
    }
}
