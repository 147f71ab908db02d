package lockstep.deploy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import lockstep.coordinator.secret.Secret;
import lockstep.deploy.console.Terminal;
import lockstep.deploy.dashboard.Dashboard;
import lockstep.deploy.dashboard.RunFiles;
import lockstep.deploy.http.ClusterRoutes;
import lockstep.deploy.http.ClusterView;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;
import lockstep.deploy.http.Route;
import lockstep.deploy.metrics.RunMetrics;

/** What this process answers over HTTP while it trains, where it was asked to. */
final class HttpService implements AutoCloseable {
    private final Optional<HttpEndpoint> endpoint;
    private final Optional<Dashboard> dashboard;

    private HttpService(Optional<HttpEndpoint> endpoint, Optional<Dashboard> dashboard) {
        this.endpoint = endpoint;
        this.dashboard = dashboard;
    }

    /** @param secret who proves to know it may ask for a node's departure; without one nobody may */
    static HttpService open(HttpOptions options, ClusterView view, Optional<Secret> secret, RunMetrics metrics, Terminal terminal) {
        Optional<HttpAddress> address = options.address();
        if (address.isEmpty()) {
            return new HttpService(Optional.empty(), Optional.empty());
        }
        List<Route> routes = new ArrayList<>(secret.map(known -> ClusterRoutes.of(view, known)).orElseGet(() -> ClusterRoutes.of(view)));
        routes.add(metrics.route());
        return open(options, options.showsDashboard() ? Optional.of(new Dashboard()) : Optional.empty(), routes, terminal);
    }

    /** Of a process that is no node and shows what those write that it has started, where it was asked to. */
    static HttpService ofParent(HttpOptions options, Terminal terminal) {
        if (!options.showsDashboard()) {
            return new HttpService(Optional.empty(), Optional.empty());
        }
        Dashboard dashboard = new Dashboard();
        return open(options, Optional.of(dashboard), new ArrayList<>(ClusterRoutes.reading(dashboard.view())), terminal);
    }

    private static HttpService open(HttpOptions options, Optional<Dashboard> dashboard, List<Route> routes, Terminal terminal) {
        HttpAddress address = options.address().orElseThrow();
        dashboard.ifPresent(some -> routes.addAll(some.routes()));
        try {
            HttpEndpoint endpoint = HttpEndpoint.open(new HttpEndpoint.Options(options.portOption(), "--http-bind"), address, routes,
                options.rules());
            terminal.warning(dashboard.isPresent()
                ? "lockstep: dashboard at http://" + address + "/ until the run ends"
                : "lockstep: status at http://" + address + "/status until the run ends");
            return new HttpService(Optional.of(endpoint), dashboard);
        } catch (RuntimeException e) {
            dashboard.ifPresent(Dashboard::close);
            throw e;
        }
    }

    /** The run's files are there from now on. */
    void follow(RunFiles files) {
        dashboard.ifPresent(some -> some.follow(files));
    }

    @Override
    public void close() {
        // the page first: whoever looks is told how it ended
        dashboard.ifPresent(Dashboard::close);
        endpoint.ifPresent(HttpEndpoint::close);
    }
}
