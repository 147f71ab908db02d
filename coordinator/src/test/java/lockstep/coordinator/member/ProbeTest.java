package lockstep.coordinator.member;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.coordinator.secret.Secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a port does, and what is made of it. */
@Timeout(30)
class ProbeTest {
    private static final Secret SECRET = Secret.of("the secret of this test".getBytes(StandardCharsets.US_ASCII));

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
            Probe.Found found = new Probe(SECRET).of(peer(server.getLocalPort()));
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
        assertEquals(Probe.Found.DEAD, new Probe(SECRET).of(peer(port)));
    }

    /** A port that speaks as a member does, beside a process that proves who it is. */
    private static final class Node implements AutoCloseable {
        private final ServerSocket server;
        private final ProcessProof proof = new ProcessProof("127.0.0.1", 0, SECRET);

        Node(int port) throws IOException {
            server = new ServerSocket(port, 8, InetAddress.getLoopbackAddress());
            Thread.ofPlatform().daemon().start(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write(socket.getInputStream().readNBytes(3));
                    } catch (IOException e) {
                        // the next one, or none
                    }
                }
            });
        }

        @Override
        public void close() throws IOException {
            server.close();
            proof.close();
        }
    }

    @Test
    void a_node_is_alive_as_long_as_it_is_that_process_which_answers() throws Exception {
        try (Node node = new Node(0)) {
            Peer peer = peer(node.server.getLocalPort());
            Probe probe = new Probe(SECRET);
            probe.knows(peer.id(), node.proof.process());
            assertTrue(probe.meet(peer));
            assertEquals(Probe.Found.ALIVE, probe.of(peer));
            assertFalse(probe.isGone(peer));
        }
    }

    /** Started again at once by whatever watches over it, or another run's: the port and the secret are the same. */
    @Test
    void a_node_is_dead_where_another_process_speaks_at_its_address() throws Exception {
        Probe probe = new Probe(SECRET);
        Peer peer;
        try (Node node = new Node(0)) {
            peer = peer(node.server.getLocalPort());
            probe.knows(peer.id(), node.proof.process());
            assertTrue(probe.meet(peer));
        }
        try (Node _ = new Node(peer.port())) {
            assertEquals(Probe.Found.DEAD, probe.of(peer));
            assertTrue(probe.isGone(peer));
        }
    }

    /** Those that lost a node all ask at once, and anybody may hold connections open. */
    @Test
    void a_node_that_many_ask_at_once_is_taken_for_alive_by_those_that_have_to_wait() throws Exception {
        try (Node node = new Node(0)) {
            Peer peer = peer(node.server.getLocalPort());
            Probe probe = new Probe(SECRET);
            probe.knows(peer.id(), node.proof.process());
            assertTrue(probe.meet(peer));
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 65; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), node.proof.process().port()));
            }
            assertEquals(Probe.Found.ALIVE, probe.of(peer));
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /** A firewall has to be told which ports. */
    @Test
    void who_proves_itself_listens_behind_the_ports_of_members() throws Exception {
        int member;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            member = Math.min(free.getLocalPort(), 60_000);
        }
        try (ProcessProof first = new ProcessProof("127.0.0.1", member, SECRET);
            ProcessProof second = new ProcessProof("127.0.0.1", member, SECRET)) {
            assertTrue(first.process().port() >= member + 100 && first.process().port() < second.process().port()
                && second.process().port() < member + 200, first.process() + " " + second.process());
        }
        try (ProcessProof last = new ProcessProof("127.0.0.1", 65_535, SECRET)) {
            assertTrue(last.process().port() > 0);
        }
    }

    @Test
    void another_process_that_proves_itself_on_the_same_port_is_another() throws Exception {
        Probe probe = new Probe(SECRET);
        try (Node node = new Node(0); Node other = new Node(0)) {
            Peer peer = peer(node.server.getLocalPort());
            ProcessId told = new ProcessId(node.proof.process().id(), other.proof.process().port());
            probe.knows(peer.id(), told);
            assertFalse(probe.meet(peer), "it never proved to be that one");
            assertEquals(Probe.Found.ALIVE, probe.of(peer), "who was never met may stand behind a firewall");
            probe.knows(peer.id(), node.proof.process());
            assertTrue(probe.meet(peer));
            probe.knows(peer.id(), told);
            assertEquals(Probe.Found.DEAD, probe.of(peer));
        }
    }

    @Test
    void who_does_not_know_the_secret_proves_nothing() throws Exception {
        try (Node node = new Node(0)) {
            Probe stranger = new Probe(Secret.of("another secret of tests".getBytes(StandardCharsets.US_ASCII)));
            Peer peer = peer(node.server.getLocalPort());
            stranger.knows(peer.id(), node.proof.process());
            assertFalse(stranger.meet(peer));
        }
    }
}
