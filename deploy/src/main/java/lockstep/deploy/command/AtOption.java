package lockstep.deploy.command;

import picocli.CommandLine.Option;

import lockstep.deploy.http.ClusterClient;
import lockstep.deploy.http.HttpAddress;

/** Which node to ask. */
final class AtOption {
    @Option(names = "--at", paramLabel = "HOST:PORT", defaultValue = HttpAddress.LOOPBACK + ":" + HttpAddress.USUAL_PORT,
        description = "HTTP address of any node of the run (default: ${DEFAULT-VALUE}).")
    private String at;

    ClusterClient client() {
        return new ClusterClient(HttpAddress.parse("--at", at));
    }
}
