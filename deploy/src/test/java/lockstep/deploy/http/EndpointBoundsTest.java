package lockstep.deploy.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a rude client can't do. */
@Timeout(60)
class EndpointBoundsTest {
    private static final String DECENT = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    private Process process;
    private int port;

    @BeforeEach
    void start() throws IOException {
        // one second instead of ten for a request to come whole, three instead of thirty for an answer to go
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "-Dsun.net.httpserver.maxReqTime=1", "-Dsun.net.httpserver.maxRspTime=3", "-cp", System.getProperty("java.class.path"),
            EndpointProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        port = Integer.parseInt(process.inputReader(StandardCharsets.UTF_8).readLine());
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void headersAreBounded() throws IOException {
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT + "X: " + "x".repeat(8 << 10) + "\r\n\r\n")));
        assertRefused(DECENT + "X: " + "x".repeat(20 << 10) + "\r\n\r\n");
        assertRefused(DECENT + numbered(70) + "\r\n");
        assertRefused("GET /" + "x".repeat(20 << 10) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT + "\r\n")));
    }

    @Test
    void whatIsNoRequestIsRefused() throws IOException {
        assertRefused("\u0016\u0003\u0001 this is TLS\r\n\r\n");
        assertRefused("GET\r\n\r\n");
        assertRefused("GET mailto:somebody HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertRefused("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertRefused("GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertRefused("GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT + "\r\n")));
    }

    @Test
    void aRequestThatNeverEndsIsDropped() throws IOException {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write("GET /healthz HTTP/1.1\r\nHos".getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = slow.getInputStream();
            assertEquals(-1, readOrReset(in));
        }
    }

    @Test
    void hundredsOfIdleConnectionsKeepNobodyOut() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT + "\r\n")));
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /** Each of these would like megabytes and takes none of them. Their places are free again once the bound on an answer has passed. */
    @Test
    void whoDoesNotReadItsStreamIsDropped() throws IOException {
        List<Socket> slow = new ArrayList<>();
        String flood = "GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try {
            for (int i = 0; i < EventStream.MAX_STREAMS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(flood.getBytes(StandardCharsets.ISO_8859_1));
                assertEquals('H', socket.getInputStream().read());
                slow.add(socket);
            }
            assertEquals("HTTP/1.1 503 Service Unavailable", RawHttp.firstLine(port, flood));
            while (!RawHttp.firstLine(port, flood).equals("HTTP/1.1 200 OK")) {
                assertEquals(200, RawHttp.code(RawHttp.exchange(port, DECENT + "\r\n")));
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private void assertRefused(String request) throws IOException {
        String reply;
        try {
            reply = RawHttp.exchange(port, request);
        } catch (java.net.SocketException _) {
            // dropped before it was read to the end
            reply = "";
        }
        assertFalse(reply.contains("working"), reply);
        assertTrue(reply.isEmpty() || RawHttp.code(reply) / 100 == 4, reply);
        assertTrue(process.isAlive());
    }

    private static int readOrReset(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (java.net.SocketException _) {
            return -1;
        }
    }

    private static String numbered(int headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < headers; i++) {
            text.append("X").append(i).append(": y\r\n");
        }
        return text.toString();
    }
}
