package lockstep.deploy.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An endpoint in a JVM of its own, since the JDK's server reads its bounds once in a JVM's life. Prints its port; ends with its standard input. */
final class EndpointProcess {
    private EndpointProcess() {}

    public static void main(String[] args) throws IOException {
        List<Route> routes = new ArrayList<>(ClusterRoutes.of(new FakeView()));
        routes.add(HttpEndpoint.events("/flood", new Flood()));
        routes.add(Route.calls("POST", "/length", 1 << 20, call -> call.json(200, Map.of(), call.body().length)));
        try (HttpEndpoint endpoint = HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), routes)) {
            System.out.println(endpoint.port());
            while (System.in.read() >= 0) {
                // nothing is said
            }
        }
    }

    /** Always has more to tell than any buffer holds. */
    private static final class Flood implements EventFeed {
        private static final String MUCH = "x".repeat(1 << 16);

        @Override
        public boolean isId(String text) {
            return true;
        }

        @Override
        public Optional<Event> next(Optional<String> after, Duration patience) {
            return Optional.of(new Event("1", MUCH));
        }
    }
}
