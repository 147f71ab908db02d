package lockstep.coordinator.call;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.hazelcast.config.Config;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.coordinator.Cluster;
import lockstep.coordinator.member.MemberSettings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What two members said to each other is said again by somebody on the path, byte for byte: nothing comes of it. */
@Timeout(60)
class ReplayTest {
    private static final long LONG_MS = 30_000;
    private static final String LOOPBACK = MemberSettings.LOOPBACK;

    private final Echo echo = new Echo();
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    @Test
    void aReplayedHandshakeIsRefusedAndAReplayedRequestIsNotActedUponAgain() throws IOException {
        int port = freePort();
        try (Wiretap wiretap = new Wiretap();
            Endpoint responder = Endpoint.startConfigured(settings(port, List.of()), (who, why) -> refusals.add(why),
                config -> publicPort(config, wiretap.port()))) {
            responder.serve(Echo.SERVICE, echo);
            responder.open();
            wiretap.passOnTo(port);
            assertEquals(wiretap.port(), responder.member().self().port(), "is found at the wiretap alone");
            try (Endpoint caller = Endpoint.start(settings(0, List.of(LOOPBACK + ":" + wiretap.port())), (who, why) -> {})) {
                caller.open();
                Cluster.await("two members", () -> caller.member().peers().size() == 2 && responder.member().peers().size() == 2);
                replay(wiretap, caller, responder);
            }
        }
    }

    private void replay(Wiretap wiretap, Endpoint caller, Endpoint responder) {
        wiretap.record();
        assertEquals(new Reply.Answered<>("once"), ask(caller, responder, "once"));
        assertEquals(List.of("once"), echo.asked);
        assertEquals(List.of(), refusals);

        assertTrue(wiretap.replay() > 0);
        Cluster.await("both refusals", () -> refusals.size() == 2);
        List<String> sorted = refusals.stream().sorted().toList();
        assertTrue(sorted.getFirst().startsWith("it ends a handshake that was not begun"), sorted::toString);
        assertTrue(sorted.getLast().matches("request \\d+ came twice"), sorted::toString);
        assertEquals(List.of("once"), echo.asked);

        assertEquals(new Reply.Answered<>("again"), ask(caller, responder, "again"), "the true caller is none the worse");
        assertEquals(List.of("once", "again"), echo.asked);
    }

    private static Reply<String> ask(Endpoint caller, Endpoint responder, String question) {
        return caller.ask(responder.member().self(), Echo.SERVICE, question, Deadline.afterMs(LONG_MS));
    }

    private static MemberSettings settings(int port, List<String> peers) {
        return new MemberSettings("replay", LOOPBACK, port, peers, Cluster.SECRET);
    }

    private static void publicPort(Config config, int port) {
        var endpoints = config.getAdvancedNetworkConfig().getEndpointConfigs();
        ((ServerSocketEndpointConfig) endpoints.get(EndpointQualifier.MEMBER)).setPublicAddress(LOOPBACK + ":" + port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
