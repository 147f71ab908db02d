package lockstep.deploy.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.coordinator.secret.Secret;
import lockstep.deploy.CommandLines;
import lockstep.deploy.http.ClusterRoutes;
import lockstep.deploy.http.FakeView;
import lockstep.deploy.http.HttpAddress;
import lockstep.deploy.http.HttpEndpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ClusterCommandTest {
    @TempDir
    private Path dir;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeView view = new FakeView();
    private Path secretFile;
    private HttpEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        secretFile = Files.writeString(dir.resolve("secret"), "correct horse battery\n");
        endpoint = HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), ClusterRoutes.of(view, Secret.read(secretFile)));
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    private int run(String... args) {
        return CommandLines.run(CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true)), args);
    }

    private String at() {
        return "127.0.0.1:" + endpoint.port();
    }

    @Test
    void statusIsATableForPeople() {
        assertEquals(0, run("cluster", "status", "--at", at()), err::toString);
        assertEquals("""
            run run-7, generation 3, step 12 of 2000
            node             address               role            step      tok/s   compute ms  groups
            node-1           10.0.0.1:5701         coordinator       12       1234         56.8  0,1
            node-2           10.0.0.2:5701         joining           11          0          0.0  \n""", out.toString());
    }

    @Test
    void statusIsJsonForPrograms() throws IOException {
        assertEquals(0, run("cluster", "status", "--at", "localhost:" + endpoint.port(), "--json"), err::toString);
        assertEquals(FakeView.STATUS.nodes().size(), new ObjectMapper().readTree(out.toString()).at("/nodes").size());
        assertEquals(1, out.toString().lines().count(), out.toString());
    }

    @Test
    void leaveProvesTheSecretAndSaysWhatHappens() {
        assertEquals(0, run("cluster", "leave", "node-2", "--at", at(), "--secret-file", secretFile.toString()), err::toString);
        assertEquals("node-2 leaves after step 12\n", out.toString());
        assertEquals(List.of("node-2"), view.left);
    }

    @Test
    void leaveWithAnotherSecretIsOneLine() throws IOException {
        Path other = Files.writeString(dir.resolve("other"), "incorrect horse battery");
        assertEquals(2, run("cluster", "leave", "node-2", "--at", at(), "--secret-file", other.toString()));
        assertEquals("lockstep: --at: " + at() + " answers 403: proof: this is not the cluster's secret\n", err.toString());
        assertEquals(List.of(), view.left);
    }

    @Test
    void whereNothingListensThatIsSaidWithTheRemedy() {
        endpoint.close();
        assertEquals(2, run("cluster", "status", "--at", at()));
        assertEquals("lockstep: --at: nothing listens at " + at() + "; start train with --http-port " + endpoint.port()
            + ", or name the address of a node that was\n", err.toString());
    }

    @Test
    void whatIsNoNodeIsSaidToBeNone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> answer(server, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<hi>"));
            assertEquals(2, run("cluster", "status", "--at", "127.0.0.1:" + server.getLocalPort()));
            answering.join();
        }
        assertTrue(err.toString().endsWith(" is no node of Lockstep\n"), err.toString());
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual()
                .start(() -> answer(server, "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + "x".repeat(3_000_000)));
            assertEquals(2, run("cluster", "status", "--at", "127.0.0.1:" + server.getLocalPort()));
            answering.join();
        }
        assertTrue(err.toString().contains(" gives no whole answer: "), err.toString());
    }

    private static void answer(ServerSocket server, String reply) {
        try (java.net.Socket socket = server.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write(reply.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            // until the client has gone
            socket.getInputStream().readAllBytes();
        } catch (IOException _) {
            // the client had enough
        }
    }
}
