package lockstep.deploy.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;
import lockstep.deploy.http.ClusterRoutes;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.Route;

/**
 * Where a node answers over HTTP, and to whom. Off unless asked for, as in other trainers: a run opens no port by itself, and a second run on the machine finds
 * none taken.
 */
final class HttpOptions {
    private static final int MAX_PORT = 65535;

    @Option(names = "--http-port", paramLabel = "PORT",
        description = "Answer to /healthz and /status on this port, and to 'lockstep cluster', which looks at " + HttpAddress.USUAL_PORT
            + " unless told otherwise. Default: 0, which is not at all.")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--http-bind", paramLabel = "ADDRESS",
        description = "Address to listen on for HTTP; 0.0.0.0 for all. Whoever reaches it can read the status. Default: "
            + HttpAddress.LOOPBACK + ".")
    private Optional<String> bind = Optional.empty();

    @Option(names = "--secret-file", paramLabel = "FILE",
        description = "The cluster's secret, at least " + Secret.MIN_BYTES + " bytes: who proves to know it may ask for a node's departure"
            + " ('lockstep cluster leave'). Default: none, and nobody may.")
    private Optional<Path> secretFile = Optional.empty();

    /** Empty where no port was asked for. */
    Optional<HttpAddress> address() {
        int number = port.orElse(0);
        if (number < 0 || number > MAX_PORT) {
            throw new UserError("--http-port must be 0 to " + MAX_PORT + ", found " + number);
        }
        return number == 0 ? Optional.empty() : Optional.of(new HttpAddress(bind.orElse(HttpAddress.LOOPBACK), number));
    }

    List<Route> routes(ClusterView view) {
        return secretFile.map(Secret::read).map(secret -> ClusterRoutes.of(view, secret)).orElseGet(() -> ClusterRoutes.of(view));
    }
}
