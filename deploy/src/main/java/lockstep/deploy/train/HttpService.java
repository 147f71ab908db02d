package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import lockstep.coordinator.secret.Secret;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.http.ClusterRoutes;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Route;
import lockstep.deploy.metrics.RunMetrics;

/** What this process answers over HTTP while it trains, where it was asked to. */
final class HttpService implements AutoCloseable {
    private final Optional<HttpEndpoint> endpoint;

    private HttpService(Optional<HttpEndpoint> endpoint) {
        this.endpoint = endpoint;
    }

    /** @param secret who proves to know it may ask for a node's departure; without one nobody may */
    static HttpService open(HttpOptions options, ClusterView view, Optional<Secret> secret, RunMetrics metrics, Terminal terminal) {
        Optional<HttpAddress> address = options.address();
        List<Route> routes = new ArrayList<>(secret.map(known -> ClusterRoutes.of(view, known)).orElseGet(() -> ClusterRoutes.of(view)));
        routes.add(metrics.route());
        Optional<HttpEndpoint> endpoint = address.map(some -> HttpEndpoint.open(some, routes));
        address.ifPresent(some -> terminal.warning("lockstep: status at http://" + some + "/status until the run ends"));
        return new HttpService(endpoint);
    }

    @Override
    public void close() {
        endpoint.ifPresent(HttpEndpoint::close);
    }
}
