package lockstep.deploy.download;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.text.ProgressListener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DownloadTest {
    private static final byte[] CONTENT = content();
    private static final KnownFile KNOWN = new KnownFile(CONTENT.length, sha256(CONTENT));
    private static final Deadlines PATIENT = new Deadlines(Duration.ofSeconds(20), Duration.ofSeconds(20));
    private static final Deadlines HASTY = new Deadlines(Duration.ofSeconds(20), Duration.ofMillis(100));

    @TempDir
    private Path dir;
    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch testIsOver = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private Path target;
    private Path part;

    @BeforeEach
    void startServer() throws IOException {
        target = dir.resolve("sub/text.txt");
        part = dir.resolve("sub/text.txt.part");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.start();
    }

    @AfterEach
    void stopServer() {
        testIsOver.countDown();
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void aWholeFileArrivesUnderItsNameAndProgressIsTold() throws IOException {
        serve(DownloadTest::withRanges);
        List<Long> done = new ArrayList<>();
        new Download(PATIENT).fetch(uri(), KNOWN, target, (doneBytes, totalBytes) -> {
            assertEquals(CONTENT.length, totalBytes);
            done.add(doneBytes);
        });
        arrived();
        assertEquals(List.of("none"), ranges);
        assertEquals(0, done.getFirst());
        assertEquals(CONTENT.length, done.getLast());
        assertEquals(done.stream().sorted().toList(), done);
    }

    @Test
    void aPartIsContinuedByARange() throws IOException {
        serve(DownloadTest::withRanges);
        writePart(CONTENT, 70_000);
        fetch(PATIENT);
        arrived();
        assertEquals(List.of("bytes=70000-"), ranges);
    }

    @Test
    void aServerThatIgnoresTheRangeSendsAllAndThePartIsReplaced() throws IOException {
        serve(exchange -> send(exchange, 200, CONTENT));
        writePart(new byte[CONTENT.length], 70_000);
        fetch(PATIENT);
        arrived();
        assertEquals(List.of("bytes=70000-"), ranges);
    }

    @Test
    void aServerThatSendsAnotherRangeIsAskedForTheWhole() throws IOException {
        serve(exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                exchange.getResponseHeaders().set("Content-Range", "bytes 5-9/" + CONTENT.length);
                send(exchange, 206, Arrays.copyOfRange(CONTENT, 5, 10));
            } else {
                send(exchange, 200, CONTENT);
            }
        });
        writePart(CONTENT, 70_000);
        fetch(PATIENT);
        arrived();
        assertEquals(List.of("bytes=70000-", "none"), ranges);
    }

    @Test
    void aRangeThatTheServerRefusesIsFollowedByTheWhole() throws IOException {
        serve(exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                send(exchange, 416, new byte[0]);
            } else {
                send(exchange, 200, CONTENT);
            }
        });
        writePart(CONTENT, 70_000);
        fetch(PATIENT);
        arrived();
    }

    @Test
    void aDownloadThatBreaksOffKeepsItsPartAndTheNextOneContinuesIt() throws IOException {
        serve(exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                withRanges(exchange);
            } else {
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT, 0, 50_000);
                exchange.close();
            }
        });
        String message = refused(PATIENT);
        assertTrue(message.contains("broke off after 50000 of " + CONTENT.length + " bytes"), message);
        assertFalse(Files.exists(target));
        fetch(PATIENT);
        arrived();
        assertEquals(List.of("none", "bytes=50000-"), ranges);
    }

    @Test
    void aBodyOfUnknownLengthThatEndsEarlyIsTakenForBroken() throws IOException {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(CONTENT, 0, 50_000);
            }
        });
        assertTrue(refused(PATIENT).contains("broke off after 50000"));
        assertEquals(50_000, Files.size(part));
    }

    @Test
    void aWrongChecksumIsNamedAndThePartRemoved() throws IOException {
        byte[] other = CONTENT.clone();
        other[77] ^= 1;
        serve(exchange -> send(exchange, 200, other));
        String message = refused(PATIENT);
        assertTrue(message.contains(sha256(other)) && message.contains(KNOWN.sha256().orElseThrow()) && message.contains(part.toString()),
            message);
        assertFalse(Files.exists(part));
        assertFalse(Files.exists(target));
    }

    @Test
    void aFullPartNeedsNoServer() throws IOException {
        writePart(CONTENT, CONTENT.length);
        fetch(PATIENT);
        arrived();
        assertEquals(List.of(), ranges);
    }

    @Test
    void aFullOrOverlongPartThatIsWrongIsFetchedAfresh() throws IOException {
        serve(DownloadTest::withRanges);
        writePart(new byte[CONTENT.length], CONTENT.length);
        fetch(PATIENT);
        arrived();
        Files.delete(target);
        writePart(new byte[CONTENT.length + 1], CONTENT.length + 1);
        fetch(PATIENT);
        arrived();
        assertEquals(List.of("none", "none"), ranges);
    }

    @Test
    void aFileOfAnotherLengthIsRefusedBeforeItsBytes() throws IOException {
        serve(exchange -> send(exchange, 200, Arrays.copyOf(CONTENT, 10)));
        String message = refused(PATIENT);
        assertTrue(message.contains("announces 10 bytes, expected " + CONTENT.length), message);
        assertFalse(Files.exists(part));
    }

    @Test
    void anEndlessBodyIsCutAtTheExpectedSize() throws IOException {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (testIsOver.getCount() > 0) {
                    body.write(CONTENT);
                }
            }
        });
        assertTrue(refused(PATIENT).contains("sends more than the expected " + CONTENT.length + " bytes"));
        assertTrue(Files.size(part) <= CONTENT.length);
    }

    @Test
    void aMissingPageIsNamedWithItsStatus() throws IOException {
        serve(exchange -> send(exchange, 404, "gone".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertEquals(uri() + ": status 404, expected 200", refused(PATIENT));
        assertFalse(Files.exists(part));
    }

    @Test
    void aServerThatNeverAnswersMissesTheDeadline() {
        serve(exchange -> await());
        assertTrue(refused(HASTY).contains("no answer (HttpTimeoutException"));
    }

    @Test
    void aServerThatStopsInTheMiddleMissesTheDeadlineAndThePartIsKept() throws IOException {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 50_000);
            exchange.getResponseBody().flush();
            await();
        });
        String message = refused(HASTY);
        assertTrue(message.contains("broke off after 50000") && message.contains("no bytes for 100 ms"), message);
        assertEquals(50_000, Files.size(part));
    }

    @Test
    void aPortWhereNobodyListensIsNoAnswer() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI nobody = URI.create("http://127.0.0.1:" + port + "/text");
        String message = assertThrows(UserError.class, () -> fetch(nobody, PATIENT)).getMessage();
        assertTrue(message.startsWith(nobody + ": no answer (ConnectException"), message);
    }

    @Test
    void aFileUrlIsCopiedAndChecked() throws IOException {
        Path source = Files.write(dir.resolve("source file"), CONTENT);
        fetch(source.toUri(), PATIENT);
        arrived();
        assertArrayEquals(CONTENT, Files.readAllBytes(source));
    }

    @Test
    void urlsThatLeadNowhereAreRefused() {
        for (String url : List.of("ftp://host/x", "text.txt", "file:///does/not/exist", "file://host/x", "http:///x")) {
            String message = assertThrows(UserError.class, () -> fetch(URI.create(url), PATIENT), url).getMessage();
            assertTrue(message.startsWith(url), message);
            assertEquals(1, message.lines().count());
        }
    }

    @Test
    void theFileIsNotFetchedAgainButAnotherOneInItsPlaceIsRefused() throws IOException {
        Files.createDirectories(target.getParent());
        Files.write(target, CONTENT);
        fetch(PATIENT);
        assertEquals(List.of(), ranges);
        Files.writeString(target, "mine");
        assertTrue(refused(PATIENT).startsWith(target + ": another file of that name"));
        assertEquals("mine", Files.readString(target));
    }

    private void fetch(Deadlines deadlines) {
        fetch(uri(), deadlines);
    }

    private void fetch(URI source, Deadlines deadlines) {
        new Download(deadlines).fetch(source, KNOWN, target, ProgressListener.SILENT);
    }

    private String refused(Deadlines deadlines) {
        String message = assertThrows(UserError.class, () -> fetch(deadlines)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private void arrived() throws IOException {
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
        assertFalse(Files.exists(part));
    }

    private void writePart(byte[] content, int bytes) throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, Arrays.copyOf(content, bytes));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/text");
    }

    private void serve(HttpHandler handler) {
        server.createContext("/text", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "none" : range);
            handler.handle(exchange);
        });
    }

    private static void withRanges(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, CONTENT);
        } else {
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (CONTENT.length - 1) + "/" + CONTENT.length);
            send(exchange, 206, Arrays.copyOfRange(CONTENT, from, CONTENT.length));
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void await() {
        try {
            testIsOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] content() {
        byte[] content = new byte[300_000];
        new Random(7).nextBytes(content);
        return content;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
