package lockstep.deploy.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

/**
 * Server-sent events. A stream ends by itself well before the server's bound on an answer would cut it; the browser asks again, with the id of the last event that it got, and misses nothing. The same bound ends what a slow
 * client keeps waiting: an event is written when the one before it is through, straight from the feed, so nothing is kept for anybody.
 */
final class EventStream implements HttpHandler {
    static final int MAX_STREAMS = 16;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    /** What the browser waits before it asks again. */
    private static final int RETRY_MS = 500;

    private final EventFeed feed;
    private final Duration life;
    private final LongSupplier nanoClock;
    private final Semaphore places = new Semaphore(MAX_STREAMS);

    /**
     * @param life of a stream
     * @param nanoClock monotonic time in ns
     */
    EventStream(EventFeed feed, Duration life, LongSupplier nanoClock) {
        this.feed = feed;
        this.life = life;
        this.nanoClock = nanoClock;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        List<String> ids = exchange.getRequestHeaders().getOrDefault("Last-Event-ID", List.of());
        if (ids.size() > 1 || ids.size() == 1 && !feed.isId(ids.getFirst())) {
            Answers.error(exchange, Answers.BAD_REQUEST, "Last-Event-ID: expected the id of an event of this stream, or none");
        } else if (Answers.isHead(exchange)) {
            begin(exchange, -1);
        } else if (!places.tryAcquire()) {
            Answers.error(exchange, Answers.UNAVAILABLE,
                "streams: " + MAX_STREAMS + " are open, which is the most; close a page and try again");
        } else {
            try {
                begin(exchange, 0);
                stream(exchange, ids.stream().findFirst());
            } finally {
                places.release();
            }
        }
    }

    /** @param length as the JDK's server has it: 0 for one that isn't known, -1 for no body */
    private static void begin(HttpExchange exchange, long length) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(Answers.OK, length);
    }

    private void stream(HttpExchange exchange, Optional<String> after) throws IOException {
        long startNs = nanoClock.getAsLong();
        Optional<String> known = after;
        try (OutputStream out = exchange.getResponseBody()) {
            write(out, "retry: " + RETRY_MS + "\n\n");
            for (long leftNs = life.toNanos(); leftNs > 0; leftNs = life.toNanos() - (nanoClock.getAsLong() - startNs)) {
                Optional<EventFeed.Event> event = feed.next(known, Duration.ofNanos(Math.min(leftNs, HEARTBEAT.toNanos())));
                if (event.isPresent()) {
                    known = Optional.of(event.get().id());
                    write(out, "id: " + event.get().id() + "\ndata: " + event.get().data() + "\n\n");
                } else {
                    write(out, ": nothing new\n\n");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the endpoint closes
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
