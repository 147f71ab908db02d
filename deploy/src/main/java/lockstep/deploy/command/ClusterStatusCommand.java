package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import lockstep.deploy.http.ClusterClient;
import lockstep.deploy.http.ClusterStatus;
import lockstep.deploy.http.NodeStatus;

/** {@code lockstep cluster status}: who trains, how far, how fast. */
@Command(
    name = "status",
    description = "Show the nodes of a run, their roles, the step, and how fast each computes.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Examples:", "  lockstep cluster status", "  lockstep cluster status --at 10.0.0.7:8080 --json"})
public final class ClusterStatusCommand implements Callable<Integer> {
    private static final String ROW = "%-16s %-21s %-11s %8s %10s %12s  %s%n";

    @Mixin
    private final AtOption at = new AtOption();

    @Option(names = "--json", description = "Print the node's answer as it is: one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ClusterClient client = at.client()) {
            String answer = client.statusJson();
            ClusterStatus status = client.parse(answer);
            if (json) {
                out.println(answer.strip());
            } else {
                print(out, status);
            }
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, ClusterStatus status) {
        out.printf(Locale.ROOT, "run %s, generation %d, step %d of %d%n", ClusterClient.printable(status.runId()), status.generation(),
            status.step(),
            status.steps());
        out.printf(Locale.ROOT, ROW, "node", "address", "role", "step", "tok/s", "compute ms", "groups");
        for (NodeStatus node : status.nodes()) {
            out.printf(Locale.ROOT, ROW, ClusterClient.printable(node.name()), ClusterClient.printable(node.address()),
                node.role().name().toLowerCase(Locale.ROOT),
                node.step(), String.format(Locale.ROOT, "%.0f", node.tokensPerSecond()),
                String.format(Locale.ROOT, "%.1f", node.computeMs()),
                node.groups().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
    }
}
