package lockstep.deploy.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import lockstep.common.UserError;
import lockstep.common.fault.FailPoints;
import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.agree.ClusterListener;
import lockstep.coordinator.agree.RunOffer;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.secret.Secret;
import lockstep.coordinator.transfer.DataServer;
import lockstep.deploy.console.Terminal;
import lockstep.node.train.StopFlag;

/** This process as a node: a member of the cluster from here on, which has asked whether there is a run. */
final class ClusterNode implements AutoCloseable {
    /** Before what a process started by --nodes tells its parent alone. */
    static final String TO_PARENT = "@";
    private static final String CLUSTER = "lockstep";

    private final Endpoint endpoint;
    private final ClusterListener listener;
    private final Optional<RunOffer.Found> run;
    private final Optional<BufferedReader> parent;
    private final Optional<String> secretLine;
    private final Secret secret;
    private final ClusterNodeView view = new ClusterNodeView(System::nanoTime);
    private final ClusterOptions options;
    private final Terminal terminal;
    private Optional<byte[]> offered = Optional.empty();

    private ClusterNode(Endpoint endpoint, Known known, ClusterOptions options, Terminal terminal) {
        String address = endpoint.member().self().address();
        this.endpoint = endpoint;
        this.listener = text -> terminal.line("node " + address + ": " + text);
        this.parent = known.parent();
        this.secretLine = known.secretLine();
        this.secret = known.secret();
        this.options = options;
        this.terminal = terminal;
        this.run = RunOffer.find(endpoint, listener);
    }

    /**
     * Where the secret came from.
     *
     * @param parent standard input of a process started by --nodes
     * @param secretLine what was read there
     */
    private record Known(Optional<BufferedReader> parent, Optional<String> secretLine, Secret secret) {
        static Known by(ClusterOptions options) {
            if (options.member.isEmpty()) {
                return new Known(Optional.empty(), Optional.empty(), Secret.read(secretFile(options)));
            }
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = readSecret(in);
            return new Known(Optional.of(in), Optional.of(line), Secret.of(line.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    /** Joins, and finds out what is trained. */
    static ClusterNode start(ClusterOptions options, Terminal terminal) {
        Known known = Known.by(options);
        MemberSettings settings = new MemberSettings(CLUSTER, options.bind.orElse(MemberSettings.LOOPBACK),
            options.port.orElse(MemberSettings.DEFAULT_PORT), options.join.map(ClusterNode::split).orElse(List.of()), options.kubernetesDns,
            known.secret());
        Endpoint endpoint = Endpoint.start(settings, (who, why) -> terminal.warning("lockstep: " + who + " was refused: " + why));
        if (known.parent().isPresent()) {
            terminal.line(TO_PARENT + "listening " + endpoint.member().self().address());
        }
        try {
            return new ClusterNode(endpoint, known, options, terminal);
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private static Path secretFile(ClusterOptions options) {
        return options.secretFile.orElseThrow(() -> new UserError(
            "--join: found no --secret-file beside it, expected a file with at least " + Secret.MIN_BYTES
                + " bytes that all nodes share, as of: head -c 32 /dev/urandom > secret"));
    }

    private static String readSecret(BufferedReader in) {
        try {
            String line = in.readLine();
            if (line == null) {
                throw new UserError("--member: standard input has ended, expected the cluster's secret: this option is for --nodes alone");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> split(String peers) {
        return List.of(peers.split(",", -1));
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
     * @param makeOwn makes the state of the newest checkpoint or of the run's beginning
     * @param othersWrite whether another process holds the run's directory
     * @param measuring is asked by whoever leads, and asks the others
     */
    record Reach(StopFlag stop, Runnable makeOwn, BooleanSupplier othersWrite, Measuring measuring) {}

    /** Becomes part of the training. */
    TrainingCluster join(RunConfig config, RunData data, FailPoints failPoints, Reach reach) {
        boolean brings = run.isEmpty();
        TrainingCluster.Terms terms =
            new TrainingCluster.Terms(RunIdentity.of(config, data), options.expect.orElse(1),
                new TrainingCluster.Start(brings, reach.makeOwn()), reach.stop()::raised, reach.stop()::raise, reach.othersWrite(),
                new TrainingCluster.Measured(reach.measuring().timer(), new ExchangeTrace(reach.measuring().spans())));
        TrainingCluster cluster = new TrainingCluster(endpoint, terms, listener, failPoints);
        new DataServer(endpoint, data.trainingFiles(), data.validationFiles());
        reach.measuring().serve(endpoint);
        reach.measuring().with(endpoint, cluster);
        RunOffer.serve(endpoint, run.map(RunOffer.Found::configuration).or(() -> offered).orElseThrow());
        whenParentEnds(reach.stop()::raise);
        endpoint.open();
        view.joined(name(), cluster, config.batch(), config.plan(config.beside().cadence()).length().steps(), terms.identity());
        return cluster;
    }

    /** Says something of this node. */
    void tell(String text) {
        listener.message(text);
    }

    /** Its address, by which the others know it. */
    String name() {
        return endpoint.member().self().address();
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

    /** Calls back when the process that started this one has ended, or wants this one to. */
    private void whenParentEnds(Runnable action) {
        parent.ifPresent(in -> Thread.ofPlatform().daemon().name("parent").start(() -> {
            try {
                while (in.readLine() != null) {
                    // nothing more is said
                }
            } catch (IOException e) {
                // a broken pipe says the same
            }
            action.run();
        }));
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
