package lockstep.coordinator.member;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.UUID;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** What a port does, and what is made of it. */
@Timeout(30)
class ProbeTest {
    /** What the other side does with a connection. */
    private interface Behaviour {
        void with(Socket socket) throws IOException;
    }

    /** Fails where the behaviour does. */
    private static Probe.Found found(Behaviour behaviour) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<Boolean> other = new FutureTask<>(() -> {
                try (Socket socket = server.accept()) {
                    behaviour.with(socket);
                }
                return true;
            });
            Thread.ofPlatform().daemon().start(other);
            Probe.Found found = Probe.of(peer(server.getLocalPort()));
            other.get();
            return found;
        }
    }

    private static Peer peer(int port) {
        return new Peer(new UUID(0, 1), "127.0.0.1", port);
    }

    @Test
    void who_answers_is_alive() throws Exception {
        assertEquals(Probe.Found.ALIVE, found(socket -> {
            byte[] greeting = socket.getInputStream().readNBytes(3);
            socket.getOutputStream().write(greeting);
        }));
    }

    @Test
    void who_resets_a_connection_that_it_took_is_ending_and_not_out_of_reach() throws Exception {
        assertEquals(Probe.Found.ENDING, found(socket -> {
            socket.getInputStream().readNBytes(3);
            socket.setSoLinger(true, 0); // close() resets
        }));
    }

    @Test
    void who_takes_a_connection_and_says_nothing_is_stopped() throws Exception {
        assertEquals(Probe.Found.STOPPED, found(socket -> assertEquals(3, socket.getInputStream().readAllBytes().length)));
    }

    @Test
    void who_refuses_is_dead() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertEquals(Probe.Found.DEAD, Probe.of(peer(port)));
    }
}
