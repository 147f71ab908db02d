package lockstep.deploy.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

/** One request that has come through the gate, and its answer: whole, or a part after the other. */
public final class WebCall {
    private final HttpExchange exchange;

    /** Answers calls, each on a virtual thread of its own. */
    @FunctionalInterface
    public interface Handler {
        /** @throws IOException where the client is gone */
        void handle(WebCall call) throws IOException;
    }

    WebCall(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** A header that is there once. */
    public Optional<String> header(String name) {
        var values = exchange.getRequestHeaders().get(name);
        return values == null || values.size() != 1 ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** The body, whose length the gate has bounded. */
    public byte[] body() throws IOException {
        return exchange.getRequestBody().readAllBytes();
    }

    /** Answers with JSON, whole. */
    public void json(int code, Map<String, String> headers, Object content) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        Answers.json(exchange, code, content);
    }

    /** Begins an answer that comes in parts. Who closes the stream says that it is whole. */
    public OutputStream begin(String contentType) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(Answers.OK, 0);
        return exchange.getResponseBody();
    }

    /** Hangs up: the client sees that what came is not all. */
    public void drop() {
        exchange.close();
    }
}
