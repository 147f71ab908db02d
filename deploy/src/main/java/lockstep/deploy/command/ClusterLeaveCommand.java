package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.coordinator.secret.Secret;
import lockstep.deploy.http.ClusterClient;

/** {@code lockstep cluster leave}: retires a node at its next step boundary. */
@Command(
    name = "leave",
    description = "Ask a node to leave its run at the next step boundary; the others go on. The secret is proven, not sent.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  lockstep cluster leave node-3 --secret-file cluster.secret"})
public final class ClusterLeaveCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NODE", description = "Name of the node, as 'lockstep cluster status' shows it.")
    private String node;

    @Mixin
    private final AtOption at = new AtOption();

    @Option(names = "--secret-file", paramLabel = "FILE", required = true,
        description = "The cluster's secret, the file that its nodes were started with.")
    private Path secretFile;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Secret secret = Secret.read(secretFile);
        try (ClusterClient client = at.client()) {
            spec.commandLine().getOut().println(client.leave(node, secret));
        }
        return 0;
    }
}
