package lockstep.deploy.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Many clients, slow ones, and what is no request: an endpoint in a JVM of its own that does nothing else, and what it says on its terminal. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CrowdTest {
    private static final String DECENT = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final int IDLE = 1000;
    private static final int LIMIT = 1100;
    /** A thousand times what one takes, many times over; packets that are sent again and again took 16 s. */
    private static final long BURST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final double MAX_SHARE_OF_A_CORE = 0.01;
    private static final long WATCHED_NS = TimeUnit.SECONDS.toNanos(6);

    @TempDir
    private Path dir;
    private Path terminal;
    private Process process;
    private int port;
    private final List<Socket> sockets = new ArrayList<>();

    private void start(String... options) throws IOException {
        terminal = dir.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EndpointProcess.class.getName()));
        process = new ProcessBuilder(command).redirectError(terminal.toFile()).start();
        port = Integer.parseInt(process.inputReader(StandardCharsets.UTF_8).readLine());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        process.destroyForcibly();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        return socket;
    }

    /** The whole process's share, compiler and collector with it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aThousandIdleConnectionsTakeLessThanAHundredthOfACoreAndKeepNobodyOut() throws IOException {
        start("-Djdk.httpserver.maxConnections=" + LIMIT);
        long connecting = System.nanoTime();
        for (int i = 0; i < IDLE; i++) {
            connect();
        }
        assertTrue(System.nanoTime() - connecting < BURST_NS, "those who come at once wait for none of their packets to be sent again");
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT)));
        awaitQuiet();
        Duration before = cpu();
        long start = System.nanoTime();
        LockSupport.parkNanos(WATCHED_NS);
        double share = (double) cpu().minus(before).toNanos() / (System.nanoTime() - start);
        assertTrue(share < MAX_SHARE_OF_A_CORE, "share of a core: " + share);
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT)));
        assertEquals(IDLE, sockets.stream().filter(Socket::isConnected).count());
    }

    @Test
    void whoComesBeyondTheLimitIsTurnedAwayUntilOthersLeave() throws IOException {
        start("-Djdk.httpserver.maxConnections=20");
        for (int i = 0; i < 20; i++) {
            connect();
        }
        Socket beyond = connect();
        beyond.getOutputStream().write(DECENT.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("", readToEnd(beyond), "refused at once");
        for (Socket socket : sockets) {
            socket.close();
        }
        String reply = "";
        while (reply.isEmpty()) { // it has to see that they have gone
            Socket later = connect();
            later.getOutputStream().write(DECENT.getBytes(StandardCharsets.ISO_8859_1));
            reply = readToEnd(later);
        }
        assertEquals(200, RawHttp.code(reply));
        assertSilent();
    }

    /** A byte now and then, for ever: the deadline is on the whole. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ",
        "POST /leave HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n",
        "POST /length HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n"})
    void aRequestThatTricklesEndsByTheDeadline(String beginning) throws IOException {
        start("-Dsun.net.httpserver.maxReqTime=1");
        Socket slow = connect();
        slow.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
        slow.setSoTimeout(200);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        boolean open = true;
        while (open && System.nanoTime() - end < 0) {
            open = trickle(slow);
        }
        assertFalse(open, "still open after 20 s");
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT)));
        assertSilent();
    }

    /** @return whether the other side still listens */
    private static boolean trickle(Socket slow) throws IOException {
        try {
            slow.getOutputStream().write('x');
            return slow.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException _) {
            return true;
        } catch (SocketException _) {
            return false;
        }
    }

    @Test
    void whatIsNoRequestGetsFourHundredOrNothingAndLeavesNoTrace() throws IOException {
        start("-Dsun.net.httpserver.maxReqTime=2");
        List<String> faults = new ArrayList<>();
        String host = "\r\nHost: localhost\r\nConnection: close\r\n";
        for (String request : List.of("GET /" + "a".repeat(70_000) + " HTTP/1.1" + host + "\r\n", "BREW /healthz HTTP/1.1" + host + "\r\n",
            "get /healthz HTTP/1.1" + host + "\r\n", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /healthz HTTP/1.1" + host + "Content-Length: 3\r\n\r\nabc", "GET /healthz HTTP/1.1" + host + "Content-Length: -1\r\n\r\n",
            "GET /healthz HTTP/1.1" + host + "Content-Length: 99999999999999999999\r\n\r\n",
            "GET /healthz HTTP/1.1" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            "GET  /healthz HTTP/1.1" + host + "\r\n",
            "GET /healthz HTTP/9.9.9" + host + "\r\n", "GET /healthz" + host + "\r\n", "\r\n\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n",
            "GET /%zz HTTP/1.1" + host + "\r\n", "GET /%00 HTTP/1.1" + host + "\r\n", "GET /% HTTP/1.1" + host + "\r\n",
            "GET /healthz%2f..%2f..%2fetc%2fpasswd HTTP/1.1" + host + "\r\n", "GET /../../etc/passwd HTTP/1.1" + host + "\r\n",
            "GET //healthz HTTP/1.1" + host + "\r\n", "GET healthz HTTP/1.1" + host + "\r\n", "GET /healthz/x HTTP/1.1" + host + "\r\n",
            "GET /healthz HTTP/1.1\r\n: nameless" + host + "\r\n", "GET /healthz HTTP/1.1\r\nno colon here" + host + "\r\n",
            "GET /h\u00e4lthz HTTP/1.1" + host + "\r\n", "DELETE /status HTTP/1.1" + host + "\r\n",
            "CONNECT localhost:1 HTTP/1.1" + host + "\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /leave HTTP/1.1" + host + "Content-Length: 2\r\n\r\n{}",
            "POST /leave HTTP/1.1" + host + "Content-Length: 5000\r\n\r\n")) {
            faults(request).ifPresent(faults::add);
        }
        assertEquals(List.of(), faults);
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT)));
        assertSilent();
    }

    /** The one code above 499: what RFC 9112 (6.1) asks for, and what the JDK's server says before any code of ours is asked. */
    @Test
    void aTransferCodingThatNobodyKnowsIsNotImplemented() throws IOException {
        start();
        Socket socket = connect();
        socket.getOutputStream().write(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(501, RawHttp.code(readToEnd(socket)));
        assertSilent();
    }

    /** @return what is wrong with the answer; empty where nothing is */
    private Optional<String> faults(String request) throws IOException {
        Socket socket = connect();
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        } catch (SocketException _) {
            return Optional.empty(); // dropped before it was sent to the end
        }
        String reply = readToEnd(socket);
        // a trace's lines; the JDK names an exception where it finds no number
        boolean decent = reply.isEmpty() || RawHttp.code(reply) / 100 == 4 && !reply.contains("\tat ");
        return decent ? Optional.empty() : Optional.of(request.substring(0, Math.min(60, request.length())) + " gets " + reply);
    }

    private static String readToEnd(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException _) {
            return ""; // reset
        }
    }

    private void assertSilent() throws IOException {
        assertTrue(process.isAlive());
        assertEquals("", Files.readString(terminal));
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** What accepting them has set going, compilation most of all, is no share of idling. */
    private void awaitQuiet() {
        for (int i = 0; i < 10; i++) {
            Duration before = cpu();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(800));
            if (cpu().equals(before)) {
                return;
            }
        }
    }
}
