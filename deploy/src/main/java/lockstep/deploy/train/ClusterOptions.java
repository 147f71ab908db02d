package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.coordinator.member.MemberSettings;

/** Who trains together. None of it changes the weights. */
final class ClusterOptions {
    /** Names of all of these, which belong to one start of a node and never to the run. */
    static final List<String> NAMES = List.of("nodes", "join", "kubernetes-dns", "bind", "port", "expect", "secret-file", "member");

    @Option(names = "--nodes", paramLabel = "N",
        description = "Processes on this machine that train together, its processors divided among them. They listen on the loopback and have a"
            + " secret of their own. Default: 1.")
    Optional<Integer> nodes = Optional.empty();

    @Option(names = "--join", paramLabel = "HOST[:PORT],...",
        description = "Nodes to train together with; some may be down, or be this one. The first to come brings the run, the others take its"
            + " configuration. A command that says nothing of a run (model, data, batch, steps, optimizer), and whose --out holds no checkpoint, never begins one:"
            + " it looks for one for two minutes. Needs --secret-file. Default: none.")
    Optional<String> join = Optional.empty();

    @Option(names = "--kubernetes-dns", paramLabel = "SERVICE",
        description = "Headless service whose pods are the nodes, instead of --join. Needs --secret-file, and --bind with the pod's address. Default: none.")
    Optional<String> kubernetesDns = Optional.empty();

    @Option(names = "--bind", paramLabel = "ADDRESS",
        description = "IPv4 address of this machine, or its name, that other nodes reach this one at. Nothing is encrypted: see docs/design.md. Default: "
            + MemberSettings.LOOPBACK + ".")
    Optional<String> bind = Optional.empty();

    @Option(names = "--port", paramLabel = "PORT", description = "Port of this node, or the next free one; 0 for any. Default: "
        + MemberSettings.DEFAULT_PORT + ".")
    Optional<Integer> port = Optional.empty();

    @Option(names = "--expect", paramLabel = "N", description = "Nodes that the first step waits for. Default: 1.")
    Optional<Integer> expect = Optional.empty();

    @Option(names = "--secret-file", paramLabel = "FILE",
        description = "What all nodes of the cluster know and nobody else, at least 16 bytes; it never crosses the network. Default: none;"
            + " with --nodes a new one, in the run's directory.")
    Optional<Path> secretFile = Optional.empty();

    /** Given by --nodes to the processes that it starts: the secret comes on standard input, whose end is that of the parent. */
    @Option(names = "--member", hidden = true, arity = "0..1", fallbackValue = "true", description = "Started by --nodes.")
    Optional<Boolean> member = Optional.empty();

    /** Whether this process is a node of a cluster: it joins one, waits for others, or says where others reach it. */
    boolean isNode() {
        return member.isPresent() || nodeOption().isPresent();
    }

    /** The first of the options given that make this process a node. */
    Optional<String> nodeOption() {
        return join.map(_ -> "--join").or(() -> kubernetesDns.map(_ -> "--kubernetes-dns"))
            .or(() -> expect.map(_ -> "--expect"))
            .or(() -> bind.map(_ -> "--bind")).or(() -> port.map(_ -> "--port"));
    }
}
