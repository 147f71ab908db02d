package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.checkpoint.CheckpointStore;
import lockstep.common.fault.FailPoints;
import lockstep.common.format.FileDescription;
import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.agree.ClusterListener;
import lockstep.coordinator.agree.RunOffer;
import lockstep.coordinator.agree.RunOffer.Asked;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.member.NoAnswer;
import lockstep.coordinator.member.PeerAddress;
import lockstep.coordinator.member.PeerSearch;
import lockstep.coordinator.member.PeerSearch.Finding;
import lockstep.coordinator.report.RunFileClient;
import lockstep.coordinator.report.RunFileServer;
import lockstep.coordinator.secret.Secret;
import lockstep.coordinator.transfer.DataServer;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.dashboard.RunFileNames;
import lockstep.deploy.dashboard.RunFiles;
import lockstep.node.train.StopFlag;

/** This process as a node: a member of the cluster from here on, which has asked whether there is a run. */
final class ClusterNode implements AutoCloseable {
    /** Before what a process started by --nodes tells its parent alone. */
    static final String TO_PARENT = "@";
    /** What it tells its parent once it has been told of the run. */
    static final String KNOWS = "knows";
    /** What it tells its parent once it has a place among those that train. */
    static final String TRAINS = "trains";
    private static final String CLUSTER = "lockstep";
    /** How long a node that can't begin a run looks for one. */
    private static final long SEARCH_MS = 120_000;

    private final Endpoint endpoint;
    private final ClusterListener listener;
    private final RunStory story;
    private final Optional<RunOffer.Found> run;
    private final Optional<ParentProcess> parent;
    private final Optional<String> secretLine;
    private final Secret secret;
    private final ClusterNodeView view = new ClusterNodeView(System::nanoTime);
    private final ClusterOptions options;
    private final boolean mayBegin;
    private final Terminal terminal;
    private Optional<byte[]> offered = Optional.empty();
    private boolean toldThatItTrains;

    private ClusterNode(Endpoint endpoint, NodeSecret known, Setting setting) {
        String address = endpoint.member().self().address();
        this.endpoint = endpoint;
        this.story = new RunStory(address, System::currentTimeMillis, System::nanoTime);
        this.terminal = setting.terminal;
        this.listener = new Listener(text -> terminal.line("node " + address + ": " + text), story);
        this.parent = known.parent();
        this.secretLine = known.secretLine();
        this.secret = known.secret();
        this.options = setting.options;
        this.mayBegin = setting.mayBegin || parent.isPresent();
        this.run = RunOffer.find(endpoint, setting.asked, listener, () -> parent.filter(ParentProcess::hasEnded).isPresent());
        run.ifPresent(_ -> tellParent(KNOWS));
    }

    private void tellParent(String what) {
        parent.ifPresent(_ -> terminal.line(TO_PARENT + what));
    }

    /** Prints what the cluster says, and has the story know who leaves by his own wish. */
    private record Listener(Consumer<String> lines, RunStory story) implements ClusterListener {
        @Override
        public void message(String text) {
            lines.accept(text);
        }

        @Override
        public void leaving(List<String> addresses) {
            story.leaving(addresses);
        }
    }

    /**
     * Joins, and finds out what is trained.
     *
     * @throws UserError when nothing is, and the command says nothing of a run that this node could begin
     */
    static ClusterNode start(TrainRequest request, Terminal terminal) {
        ClusterOptions options = request.options().cluster;
        NodeSecret known = NodeSecret.by(options);
        MemberSettings settings = new MemberSettings(CLUSTER, options.bind.orElse(MemberSettings.LOOPBACK),
            options.port.orElse(MemberSettings.DEFAULT_PORT), options.join.map(ClusterNode::addresses).orElse(List.of()),
            options.kubernetesDns, known.secret());
        Consumer<String> says = new SaidOnce(text -> terminal.warning("lockstep: " + text));
        if (request.mayBegin()) {
            List<Finding> silent = PeerSearch.look(settings).stream().filter(finding -> !finding.answers()).toList();
            if (!silent.isEmpty()) {
                says.accept("--join: " + RunSearch.text(silent));
            }
            try {
                return start(settings, known, new Setting(options, true, Asked.OLDER, says, terminal));
            } catch (NoAnswer e) {
                throw new UserError("--join: " + e.getMessage(), e);
            }
        }
        RunSearch search =
            new RunSearch(() -> PeerSearch.look(settings), says, () -> known.parent().filter(ParentProcess::hasEnded).isPresent());
        // whoever brought the run may have been killed: then one that it told may be younger than this one, and at no address that this one was given
        Asked asked = known.parent().isPresent() ? Asked.OLDER_OR_YOUNGER : Asked.OLDER;
        return search.find(() -> attempt(settings, known, new Setting(options, false, asked, says, terminal)), SEARCH_MS);
    }

    /** Becomes a node that knows of the run, or nothing. */
    private static Optional<ClusterNode> attempt(MemberSettings settings, NodeSecret known, Setting setting) {
        try {
            ClusterNode node = start(settings, known, setting);
            if (node.run().isEmpty()) {
                node.close();
            }
            return Optional.of(node).filter(some -> some.run().isPresent());
        } catch (NoAnswer e) {
            setting.warns.accept("--join: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * @param mayBegin whether the command says anything of a run
     * @param warns each of a search's several members says the same
     */
    private record Setting(ClusterOptions options, boolean mayBegin, Asked asked, Consumer<String> warns, Terminal terminal) {}

    private static ClusterNode start(MemberSettings settings, NodeSecret known, Setting setting) {
        // in words that may be a stranger's
        Endpoint endpoint = Endpoint.start(settings,
            (who, why) -> setting.warns.accept(FileDescription.printable(who + " was refused: " + why)));
        if (known.parent().isPresent()) {
            setting.terminal.line(TO_PARENT + "listening " + endpoint.member().self().address());
        }
        try {
            return new ClusterNode(endpoint, known, setting);
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private static List<String> addresses(String peers) {
        return PeerAddress.list("--join", peers).stream().map(PeerAddress::toString).toList();
    }

    /** From here on this node tells others what is trained. */
    void offer(byte[] configuration, Path runDirectory) {
        offered = Optional.of(configuration);
        secretLine.ifPresent(line -> {
            SecretFile.write(runDirectory, line);
            terminal.line(TO_PARENT + "run " + runDirectory);
        });
    }

    /**
     * What the cluster may do with this process.
     *
     * @param stop raised when this node is to leave
     * @param start with which state it comes, and how it makes that of the newest checkpoint or of the run's beginning
     * @param home where this node writes once it leads
     * @param measuring is asked by whoever leads, and asks the others
     */
    record Reach(StopFlag stop, TrainingCluster.Start start, RunHome home, Measuring measuring) {}

    /** Becomes part of the training. */
    TrainingCluster join(RunConfig config, RunData data, FailPoints failPoints, Reach reach) {
        byte[] configuration = run.map(RunOffer.Found::configuration).or(() -> offered).orElseThrow();
        JsonNode about = TrainRequest.about("the run's configuration", configuration);
        String identity = RunIdentity.of(config, data, RunOrigin.noted(about), RunAbout.lockstep(about));
        TrainingCluster.Terms terms =
            new TrainingCluster.Terms(identity, mayBegin ? options.expect.orElse(1) : 1,
                reach.start(), reach.stop()::raised, reach.stop()::raise, reach.home()::isAnothers,
                new TrainingCluster.Measured(reach.measuring().timer(), new ExchangeTrace(reach.measuring().spans())));
        TrainingCluster cluster = new TrainingCluster(endpoint, terms, listener, failPoints);
        new DataServer(endpoint, data.trainingFiles(), data.validationFiles());
        reach.measuring().serve(endpoint);
        RunFileServer.serve(endpoint, RunFileNames::isOne,
            () -> reach.home().isHeld() ? Optional.of(reach.home().path()) : Optional.empty());
        reach.measuring().with(endpoint, cluster);
        RunOffer.serve(endpoint, configuration);
        parent.ifPresent(process -> process.tell(cluster::expectOneFewer, reach.stop()::raise));
        endpoint.open();
        view.joined(name(), cluster, config.batch(), config.plan(config.beside().cadence()).length().steps(), terms.identity());
        return cluster;
    }

    /**
     * Why this node must not go on by itself where all that trained have gone before it had a place among them: the run may have ended, and its command says nothing of one that it could begin. Empty where it may.
     *
     * @param home where it would write
     */
    Optional<String> refusal(RunHome home) {
        if (mayBegin) {
            return Optional.empty();
        }
        boolean hasCheckpoint = home.holdsTheRun() && new CheckpointStore(home.path()).newestComplete().isPresent();
        return Optional.of("--join: the run of " + run.orElseThrow().peer().address()
            + " has ended, or its nodes are gone, before this node took part in it: nothing was trained here"
            + (hasCheckpoint ? "; to go on with that run: ./lockstep train --resume " + home.path() : ""));
    }

    /** This node trains: a parent need not care for it any more. Told at each generation. */
    void trains() {
        if (!toldThatItTrains) {
            toldThatItTrains = true;
            tellParent(TRAINS);
        }
    }

    /** Says something of this node. */
    void tell(String text) {
        listener.message(text);
    }

    /** Its address, by which the others know it. */
    String name() {
        return endpoint.member().self().address();
    }

    /** What happens to the run, as this node sees it. */
    RunStory story() {
        return story;
    }

    /** The run's files, wherever they are. */
    RunFiles files(RunHome home, TrainingCluster cluster) {
        return new NodeRunFiles(home, cluster, new RunFileClient(endpoint));
    }

    /** What it tells over HTTP. */
    ClusterNodeView view() {
        return view;
    }

    Secret secret() {
        return secret;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** What the cluster trains already; nothing where this node brings the run. */
    Optional<RunOffer.Found> run() {
        return run;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
