package lockstep.deploy.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Server-sent events as a browser gets them. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EventStreamTest {
    private static final Duration LIFE = Duration.ofMillis(300);

    /** Counts: an event is the number after the one that is known. From {@link #LAST} on there is nothing new. */
    private static final class Counting implements EventFeed {
        static final int LAST = 5;

        @Override
        public boolean isId(String text) {
            return text.matches("[0-9]{1,6}");
        }

        @Override
        public Optional<Event> next(Optional<String> after, Duration patience) throws InterruptedException {
            int number = after.map(Integer::parseInt).orElse(0) + 1;
            if (number > LAST) {
                Thread.sleep(patience);
                return Optional.empty();
            }
            return Optional.of(new Event(String.valueOf(number), "{\"n\":" + number + "}"));
        }
    }

    private final HttpEndpoint endpoint = open(LIFE);

    private static HttpEndpoint open(Duration life) {
        EventStream stream = new EventStream(new Counting(), life, System::nanoTime);
        return HttpEndpoint.open(new HttpAddress(HttpAddress.LOOPBACK, 0), List.of(Route.get("/events", stream)));
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    private String get(String... headers) throws IOException {
        return RawHttp.request(endpoint.port(), "GET /events", headers);
    }

    @Test
    void head_gets_no_event() throws IOException {
        String reply = RawHttp.request(endpoint.port(), "HEAD /events");
        assertEquals(200, RawHttp.code(reply), reply);
        assertEquals("", RawHttp.body(reply));
    }

    @Test
    void events_come_by_number_and_the_stream_ends_by_itself() throws IOException {
        String reply = get();
        assertEquals(200, RawHttp.code(reply));
        assertTrue(reply.contains("Content-type: text/event-stream\r\n"), reply);
        assertTrue(reply.contains("Cache-control: no-store\r\n"), reply);
        assertTrue(reply.contains("X-content-type-options: nosniff\r\n"), reply);
        String body = RawHttp.body(reply);
        assertTrue(body.contains("retry: 500\n\n"), body);
        for (int number = 1; number <= Counting.LAST; number++) {
            assertTrue(body.contains("id: " + number + "\ndata: {\"n\":" + number + "}\n\n"), body);
        }
        assertTrue(body.contains(": nothing new\n\n"), body);
        assertTrue(body.endsWith("\r\n0\r\n\r\n"), "whole, and not cut off: " + body);
    }

    @Test
    void who_comes_again_goes_on_where_he_was() throws IOException {
        String body = RawHttp.body(get("Last-Event-ID: 3"));
        assertFalse(body.contains("id: 3\n"), body);
        assertTrue(body.contains("id: 4\n") && body.contains("id: 5\n"), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1 2", "12345678", "3\u00e9"})
    void an_id_that_nobody_gave_is_refused(String id) throws IOException {
        String reply = get("Last-Event-ID: " + id);
        assertEquals(400, RawHttp.code(reply), reply);
        assertTrue(RawHttp.body(reply).contains("Last-Event-ID: expected"), reply);
    }

    @Test
    void two_ids_are_refused() throws IOException {
        assertEquals(400, RawHttp.code(get("Last-Event-ID: 1", "Last-Event-ID: 2")));
    }

    @Test
    void a_page_of_another_name_gets_no_stream() throws IOException {
        String reply = RawHttp.exchange(endpoint.port(), "GET /events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertEquals(421, RawHttp.code(reply), reply);
    }

    @Test
    void streams_are_counted_and_a_place_is_free_again_when_one_ends() throws IOException {
        try (HttpEndpoint busy = open(Duration.ofSeconds(20))) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < EventStream.MAX_STREAMS; i++) {
                    open.add(stream(busy.port()));
                }
                String refused = RawHttp.request(busy.port(), "GET /events");
                assertEquals(503, RawHttp.code(refused), refused);
                assertTrue(refused.contains("16 are open"), refused);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
        for (int i = 0; i < 2 * EventStream.MAX_STREAMS; i++) {
            assertEquals(200, RawHttp.code(get("Last-Event-ID: 4")));
        }
    }

    /** Returns once the stream has begun. */
    private static Socket stream(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
            .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("HTTP/1.1 200 OK", in.readLine());
        return socket;
    }
}
