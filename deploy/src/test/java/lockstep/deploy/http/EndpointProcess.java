package lockstep.deploy.http;

import java.io.IOException;

/** An endpoint in a JVM of its own, since the JDK's server reads its bounds once in a JVM's life. Prints its port; ends with its standard input. */
final class EndpointProcess {
    private EndpointProcess() {}

    public static void main(String[] args) throws IOException {
        try (HttpEndpoint endpoint = HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), ClusterRoutes.of(new FakeView()))) {
            System.out.println(endpoint.port());
            while (System.in.read() >= 0) {
                // nothing is said
            }
        }
    }
}
