package lockstep.deploy.http;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Clients that don't know how long a body will be send it in chunks. */
@Timeout(60)
class RequestBodyTest {
    private static final int MAX = 5000;
    private static final String HEAD = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n";
    private static final String LAST = "Connection: close\r\n\r\n";

    private final HttpEndpoint endpoint = HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), List.of(Route.calls("POST", "/echo",
        MAX, call -> call.json(200, Map.of(), Map.of("body", new String(call.body(), StandardCharsets.UTF_8))))));

    @AfterEach
    void close() {
        endpoint.close();
    }

    private String exchange(String request) throws IOException {
        return RawHttp.exchange(endpoint.port(), request);
    }

    private void assertEchoes(String expected, String reply) {
        assertEquals(200, RawHttp.code(reply), reply);
        assertEquals("{\"body\":\"" + expected + "\"}\n", RawHttp.body(reply));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"5\r\nhello\r\n0\r\n\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n",
            "0005\r\nhello\r\n000\r\n\r\n",
            "5\r\nhello\r\n0\r\nX-Checksum: 1\r\nX-Signature: abc\r\n\r\n"})
    void chunksAreReadWithTheirExtensionsAndWhatStandsBehindTheLast(String chunks) throws IOException {
        assertEchoes("hello", exchange(CHUNKED + LAST + chunks));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\r\n0\r\n\r\n", "5\r\nhelloworld\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
        "FFFFFFFF\r\nhello\r\n0\r\n\r\n", "5 x\r\nhello\r\n"})
    void whatIsNoChunkIsRefusedAndTheConnectionEnds(String chunks) throws IOException {
        String reply = exchange(CHUNKED + "\r\n" + chunks);
        assertEquals(400, RawHttp.code(reply), reply);
        assertTrue(RawHttp.body(reply).startsWith("{\"error\":\"body: found chunks that are none"), reply);
    }

    @Test
    void aBodyThatIsAsLargeAsItMayBeLeavesTheConnectionForTheNextOne() throws IOException {
        String body = "x".repeat(MAX);
        String chunks = Integer.toHexString(MAX) + "\r\n" + body + "\r\n0\r\n\r\n";
        String replies = exchange(CHUNKED + "\r\n" + chunks + HEAD + LAST.replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\nhi"));
        assertTrue(replies.contains("{\"body\":\"" + body + "\"}\nHTTP/1.1 200 OK"), replies);
        assertTrue(replies.endsWith("{\"body\":\"hi\"}\n"), replies);
    }

    /** Also where far more comes than is let in: its sender gets the answer, and what it goes on to send is no request. */
    @ParameterizedTest
    @ValueSource(ints = {MAX + 1, 8 << 20})
    void aBodyThatIsTooLargeIsRefusedAndTheConnectionEnds(int bytes) throws IOException {
        String chunks = Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n0\r\n\r\n";
        String reply = exchange(CHUNKED + "\r\n" + chunks + HEAD + "Content-Length: 2\r\n\r\nhi");
        assertEquals(413, RawHttp.code(reply), reply);
        assertTrue(reply.contains("Connection: close\r\n"), reply);
        assertEquals("{\"error\":\"body: expected at most 5000 bytes\"}\n", RawHttp.body(reply));
        String stated = exchange(HEAD + "Content-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes));
        assertEquals(413, RawHttp.code(stated), stated);
    }

    @Test
    void whoAsksFirstIsToldToGoOn() throws IOException {
        for (String length : List.of("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write((HEAD + length + "Expect: 100-continue\r\n" + LAST).getBytes(StandardCharsets.ISO_8859_1));
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                assertEquals("HTTP/1.1 100 Continue", in.readLine());
                String body = length.startsWith("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n";
                socket.getOutputStream().write(body.getBytes(StandardCharsets.ISO_8859_1));
                assertTrue(in.lines().anyMatch("{\"body\":\"hello\"}"::equals));
            }
        }
    }

    @Test
    void aCompressedBodyIsRefusedInWords() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write('x');
        }
        String reply = exchange(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + compressed.size() + "\r\n" + LAST
            + compressed.toString(StandardCharsets.ISO_8859_1));
        assertEquals(415, RawHttp.code(reply), reply);
        assertTrue(reply.contains("Accept-encoding: identity\r\n") && reply.contains("uncompressed"), reply);
        assertEchoes("x", exchange(HEAD + "Content-Encoding: identity\r\nContent-Length: 1\r\n" + LAST + "x"));
    }

    @Test
    void theJdksClientStreamsItsBody() throws IOException, InterruptedException {
        byte[] body = "y".repeat(MAX).getBytes(StandardCharsets.UTF_8);
        try (HttpClient client = HttpClient.newHttpClient()) { // which would like to go on by HTTP/2
            for (int i = 0; i < 3; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/echo"))
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build();
                assertEquals("{\"body\":\"" + "y".repeat(MAX) + "\"}\n", client.send(request, BodyHandlers.ofString()).body());
            }
        }
    }
}
