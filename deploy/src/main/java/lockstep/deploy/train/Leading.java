package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.fault.FailPoints;
import lockstep.common.replica.GivenUp;
import lockstep.common.text.Tokenizer;
import lockstep.deploy.console.ConsoleView;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.tensorboard.TensorBoardLog;
import lockstep.node.bench.PeakFlops;
import lockstep.node.data.ValidationBatches;
import lockstep.node.generate.Generator;
import lockstep.node.parallel.Workers;
import lockstep.node.train.BatchValidation;
import lockstep.node.train.Beside;
import lockstep.node.train.Engine;
import lockstep.node.train.Examination;
import lockstep.node.train.Lead;
import lockstep.node.train.Leadership;
import lockstep.node.train.MemoryPlan;
import lockstep.node.train.StepListener;
import lockstep.node.train.StopFlag;
import lockstep.node.train.StoredCheckpoints;
import lockstep.node.train.TextSampler;
import lockstep.node.train.TrainingState;
import lockstep.node.train.Validation;

/** What this node does for the run from when it leads on: takes the directory, goes on with its logs, shows progress. */
final class Leading implements Leadership, AutoCloseable {
    /**
     * What is trained.
     *
     * @param memory that it takes here, for the header
     */
    record Run(RunConfig config, RunData data, Tests tests, MemoryPlan memory, Setting setting) {}

    /** What it is measured by. */
    record Tests(Optional<ValidationBatches> heldOut, Optional<Exam> exam) {}

    /**
     * Among whom, and who looks on.
     *
     * @param watcher follows the run
     * @param failPoints in a checkpoint
     * @param measure where a timeline goes, and whether TensorBoard's files are written
     */
    record Setting(Company company, RunWatcher watcher, FailPoints failPoints, MeasureOptions measure) {}

    /** What trains in this process. */
    record Tools(Engine engine, Workers workers, StopFlag stop, Measuring measuring, RunStory story) {}

    /** Who trains. */
    enum Company {
        /** This process and no other: the share of the measured peak that it reaches is the run's. */
        ALONE, WITH_OTHERS
    }

    private final Run run;
    private final RunHome home;
    private final Engine engine;
    private final Workers workers;
    private final StopFlag stop;
    private final Measuring measuring;
    private final RunStory story;
    private final Terminal terminal;
    private final double peakGflops;
    private Optional<RunLogs> open = Optional.empty();
    private Optional<TensorBoardLog> board = Optional.empty();
    private Optional<Measuring.Kept> kept = Optional.empty();
    private Optional<CardKeeper> card = Optional.empty();

    Leading(Run run, RunHome home, Tools tools, Terminal terminal) {
        this.run = run;
        // now: whoever takes over has no time to lose
        this.peakGflops = PeakFlops.measureGflops(tools.workers());
        this.home = home;
        this.engine = tools.engine();
        this.workers = tools.workers();
        this.stop = tools.stop();
        this.measuring = tools.measuring();
        this.story = tools.story();
        this.terminal = terminal;
    }

    @Override
    public Lead take(TrainingState state) {
        RunConfig config = run.config();
        RunDirectory directory = home.take();
        RunHeader.lines(config, run.memory(), run.data(), peakGflops).forEach(terminal::line);
        RunLogs logs = new RunLogs(directory.path(), state.step());
        open = Optional.of(logs);
        board = run.setting().measure().tensorBoard.orElse(true)
            ? Optional.of(new TensorBoardLog(directory.path(), measuring.name(), System::currentTimeMillis, measuring::warn))
            : Optional.empty();
        StepListener written = board.<StepListener>map(some -> StepListener.both(logs, some)).orElse(logs);
        String name = String.valueOf(directory.path().getFileName());
        story.open(directory.path(), state.step(), home::isHeld, RunFacts.of(config, name, peakGflops));
        Measuring.Kept measured = measuring.lead(directory.path(), home::isHeld);
        kept = Optional.of(measured);
        StoredCheckpoints checkpoints = checkpoints(directory.path());
        Beside beside =
            new Beside(validation(), sampler(state), new HeldCheckpoints(home, new LoggedCheckpoints(() -> force(logs), checkpoints)),
                run.tests().exam().map(exam -> exam.on(state.shape(), state.params(), workers)).orElseGet(Examination::none));
        StepListener watching = run.setting().watcher().began(name, config.batch(), stop);
        CardKeeper keeper = new CardKeeper(directory.path(), state.step(), home::isHeld, measuring::warn);
        card = Optional.of(keeper);
        StepListener told = StepListener.both(StepListener.both(written, story), keeper);
        return new Lead(beside,
            StepListener.both(new HeldLogs(home, run.setting().company(), told),
                StepListener.both(view(measured), watching)),
            stop,
            logs.lastStep(), this::close);
    }

    @Override
    public Path rescue(TrainingState state) {
        try {
            return checkpoints(home.refuge()).save(state);
        } catch (GivenUp takenByAnotherState) {
            return checkpoints(home.anotherRefuge()).save(state);
        }
    }

    private StoredCheckpoints checkpoints(Path directory) {
        return new StoredCheckpoints(new CheckpointStore(directory, run.setting().failPoints()), run.config().beside().retention(),
            run.config().what().tokenizer());
    }

    private void force(RunLogs logs) {
        logs.force();
        story.force();
    }

    /** Another node leads from now on, or the run has ended: the directory is free. */
    @Override
    public void close() {
        card.ifPresent(CardKeeper::close);
        card = Optional.empty();
        kept.ifPresent(Measuring.Kept::close);
        kept = Optional.empty();
        board.ifPresent(TensorBoardLog::close);
        board = Optional.empty();
        open.ifPresent(RunLogs::close);
        open = Optional.empty();
        story.close();
        home.close();
    }

    private ConsoleView view(Measuring.Kept measured) {
        RunConfig config = run.config();
        String lossUnit = config.what().tokenizer().equals("bytes") ? "nats per byte" : "nats per token";
        boolean alone = run.setting().company() == Company.ALONE;
        double flopsPerToken = config.what().shape().trainingFlopsPerToken(config.batch().T());
        return new ConsoleView(terminal, new ConsoleView.Settings(config.beside().logEvery(), lossUnit, flopsPerToken,
            alone ? OptionalDouble.of(peakGflops) : OptionalDouble.empty(), measured::table));
    }

    Validation validation() {
        return run.tests().heldOut()
            .<Validation>map(held -> new BatchValidation(held, engine.model(), run.config().batch().tokensPerMicroBatch()))
            .orElseGet(Validation::none);
    }

    private TextSampler sampler(TrainingState state) {
        RunConfig config = run.config();
        if (config.beside().cadence().sampleEvery() == 0) {
            return step -> "";
        }
        Generator generator = new Generator(state.shape(), state.params(), workers);
        return new SampleText(generator, Tokenizer.named(config.what().tokenizer()), config.beside().sampleTokens());
    }
}
