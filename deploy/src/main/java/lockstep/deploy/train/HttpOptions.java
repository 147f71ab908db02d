package lockstep.deploy.train;

import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.deploy.http.GateRules;
import lockstep.deploy.http.HostNames;
import lockstep.deploy.http.HttpAddress;

/**
 * Where a node answers over HTTP. Off unless asked for, as in other trainers: a run opens no port by itself, and a second run on the machine finds none taken. None of it
 * changes the weights.
 */
final class HttpOptions {
    /** Names of all of these, which belong to one start of a node and never to the run. */
    static final List<String> NAMES = List.of("http-port", "http-bind", "http-host", "dashboard");
    private static final String DASHBOARD = "--dashboard";

    @Option(names = "--http-port", paramLabel = "PORT",
        description = "Answer to /healthz, /readyz, /status and /metrics (for Prometheus) on this port, and to 'lockstep cluster', which looks at "
            + HttpAddress.USUAL_PORT
            + " unless told otherwise; with --nodes the second process takes the next port, and so on. Who knows the cluster's secret may"
            + " ask for a node's departure. Default: 0, which is not at all.")
    Optional<Integer> port = Optional.empty();

    @Option(names = "--http-bind", paramLabel = "ADDRESS",
        description = "Address to listen on for HTTP; 0.0.0.0 for all. Whoever reaches it can read the status. Default: "
            + HttpAddress.LOOPBACK + ".")
    Optional<String> bind = Optional.empty();

    @Option(names = HostNames.OPTION, paramLabel = HostNames.LABEL, description = HostNames.HELP + " Default: none.")
    Optional<String> hosts = Optional.empty();

    @Option(names = DASHBOARD, arity = "0..1", fallbackValue = "" + HttpAddress.USUAL_PORT, paramLabel = "PORT",
        description = "Show the run on a live web page on this port, which answers to what --http-port says, too; with --nodes it is the"
            + " process that you start which does, and the others answer on the next ports where --http-port is given as well. Without a"
            + " port: " + HttpAddress.USUAL_PORT + ". Default: none.")
    Optional<Integer> dashboard = Optional.empty();

    /** Whether the page is asked for. */
    boolean showsDashboard() {
        return dashboard.isPresent();
    }

    /** The option that names the port. */
    String portOption() {
        return showsDashboard() ? DASHBOARD : "--http-port";
    }

    /** Says what is let through. */
    GateRules rules() {
        return GateRules.PLAIN.with(hosts.map(HostNames::parse).orElse(HostNames.NONE));
    }

    /** Empty where no port was asked for. */
    Optional<HttpAddress> address() {
        if (showsDashboard()) {
            return Optional.of(dashboardAt(dashboard.get()));
        }
        HttpAddress address = HttpAddress.of(portOption(), bind.orElse(HttpAddress.LOOPBACK), port.orElse(0), 0);
        return address.port() == 0 ? Optional.empty() : Optional.of(address);
    }

    private HttpAddress dashboardAt(int number) {
        HttpAddress address = HttpAddress.of(DASHBOARD, bind.orElse(HttpAddress.LOOPBACK), number, 1);
        port.filter(other -> other != 0 && other != number).ifPresent(other -> {
            throw new UserError(DASHBOARD + ": found " + number + " beside --http-port " + other
                + ", expected the same port or one of the two: one server answers to both");
        });
        return address;
    }
}
